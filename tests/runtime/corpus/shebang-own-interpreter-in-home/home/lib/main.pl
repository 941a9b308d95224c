use strict;
my ($file) = @ARGV;
open my $fh, '<', $file or die;
while (<$fh>) { print if /=/ }
