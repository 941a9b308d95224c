while (<>) { my @f = split; print "M\t@f[6..$#f]\n"; }

