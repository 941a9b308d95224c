use strict;
my %interp = (py => 'python3', rb => 'ruby', js => 'node', php => 'php');
my $re = qr/\b(?:system|exec)\s*\(?["']php /;
my $text = "system is down; `node` said the operator";
for my $ext (sort keys %interp) {
    print "$ext: $interp{$ext}\n" if $text !~ $re;
}
