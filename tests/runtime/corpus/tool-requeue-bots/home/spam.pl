#!/usr/bin/perl
print "spam\n";
