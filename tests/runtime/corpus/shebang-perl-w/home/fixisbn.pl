#!/usr/bin/perl -w
use strict;
use warnings;

sub check13 {
    my @d = split //, shift;
    my $sum = 0;
    $sum += $d[$_] * ($_ % 2 ? 3 : 1) for 0 .. 12;
    return $sum % 10 == 0;
}
while (my $line = <>) {
    while ($line =~ /\b(97[89]\d{10})\b/g) {
        print "$1\n" unless check13($1);
    }
}
