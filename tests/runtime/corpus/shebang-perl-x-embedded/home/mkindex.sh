#!/bin/sh
# Index of the download directory.
umask 022
exec perl -x "$0" "$@"
#!perl -w
use strict;
opendir my $d, 'public' or die $!;
print map { "<li>$_</li>\n" } grep { !/^\./ } readdir $d;
__END__
Written for the old login host.
