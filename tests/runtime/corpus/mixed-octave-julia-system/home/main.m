% system("perl old.pl");
[status, out] = system("julia solve.jl 4");
disp(str2double(out));
