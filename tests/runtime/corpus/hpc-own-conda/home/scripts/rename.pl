use strict; use Getopt::Long;
GetOptions('prefix=s' => \my $p); my $n = 0;
while (<>) { s/^>.*/">$p" . ++$n/e; print }
