#!/usr/bin/octave -qf
x = load("signal.dat");
y = abs(fft(x));
printf("%g\n", max(y(2:end)));
