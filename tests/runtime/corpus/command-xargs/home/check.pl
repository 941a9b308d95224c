for my $f (@ARGV) { print "$f: ", (-s $f // 0), "\n"; }
