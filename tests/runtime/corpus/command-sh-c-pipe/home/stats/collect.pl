#!/usr/bin/env perl
while (<>) { print if /edit/ }
