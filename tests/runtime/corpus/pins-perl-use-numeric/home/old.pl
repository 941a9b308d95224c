#!/usr/bin/perl
use 5.010;
use strict;
given_name($_) for <STDIN>;
sub given_name { my $n = shift // ''; say $n; }
