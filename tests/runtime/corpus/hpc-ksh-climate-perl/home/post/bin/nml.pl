use strict; use Getopt::Long;
GetOptions('set=s' => \my %h, 'file=s' => \my $f);
print map "$_ = $h{$_}\n", sort keys %h;

