#! /usr/bin/perl -T
use strict;
$ENV{PATH} = '/usr/bin';
print scalar(localtime), "\n";
