#!/usr/bin/perl
print "fix\n";
