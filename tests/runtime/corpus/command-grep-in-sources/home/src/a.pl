#!/usr/bin/perl
print "perl\n";
