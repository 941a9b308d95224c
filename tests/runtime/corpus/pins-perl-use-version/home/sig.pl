#!/usr/bin/env perl
use v5.36;
sub add ($x, $y) { return $x + $y }
say add(1, 2);
