use strict;
print "$_\n" for sort @ARGV;

