#!C:/Perl/bin/perl.exe
# vandal.pl - prüft große Löschungen (für das Café)
use LWP::Simple;
use CGI qw/:standard/;
$| = 1;
my %monate = ('Januar', 1, 'Februar', 2, 'März', 3);
foreach $m (sort { $monate{$a} <=> $monate{$b} } keys %monate) {
  print "Größe: $m\n";
}

