#!/usr/bin/perl
use strict; use warnings;
use DBI;
print "Beispiel\n";

