#!/usr/local/bin/perl -w
# eprime to rt
while (<>) { tr/\r//d; print "$1\n" if /RT:\s*(\d+)/ }
