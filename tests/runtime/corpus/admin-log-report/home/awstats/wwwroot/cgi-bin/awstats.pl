#!/usr/bin/perl
# AWStats 7.1
use strict; no strict "refs";
print "Create/Update database\n";

