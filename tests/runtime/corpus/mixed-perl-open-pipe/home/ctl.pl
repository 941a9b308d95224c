#!/usr/bin/perl -w
use strict;
open(my $fh, '-|', 'Rscript', 'list.R') or die $!;
my @l = <$fh>;
close $fh;
open(OLD, "ruby names.rb |") or die;
print while <OLD>;
exec 'java', '-jar', 'server.jar' if @l;
