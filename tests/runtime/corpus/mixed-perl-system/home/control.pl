#!/usr/bin/perl
use strict;
use warnings;
system("php x.php --all") == 0 or die "php: $?";
my $out = `python3 count.py`;
chomp $out;
print "count: $out\n";
