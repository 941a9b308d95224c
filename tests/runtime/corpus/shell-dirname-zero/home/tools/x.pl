#!/usr/bin/perl
print "x\n";
