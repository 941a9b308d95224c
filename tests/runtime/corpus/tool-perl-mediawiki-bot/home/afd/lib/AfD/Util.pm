package AfD::Util;
use strict;
use base 'Exporter';
our @EXPORT_OK = qw(month_name section_title);
my @M = qw(January February March April May June July August September October November December);
sub month_name { $M[$_[0]] }
sub section_title { my ($t) = @_; return $t =~ /^==+\s*(.+?)\s*==+/m ? $1 : '' }
1;

