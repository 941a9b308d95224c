package Wiki::Page;
sub new { my ($c, $t) = @_; return bless { t => $t }, $c; }
sub title { $_[0]{t} }
1;
