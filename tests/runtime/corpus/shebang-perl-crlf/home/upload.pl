#!/usr/bin/perl
use strict;
use LWP::UserAgent;
my $ua = LWP::UserAgent->new(timeout => 30);
print $ua->get('https://commons.example.org/')->code, "\n";
