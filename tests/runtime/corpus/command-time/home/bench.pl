my $x = 0; $x += $_ for 1 .. 1000; print "$x\n";
