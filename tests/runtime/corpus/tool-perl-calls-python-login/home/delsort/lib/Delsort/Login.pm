package Delsort::Login;
use strict; use warnings;

my $file = "$ENV{HOME}/.delsort.cookie";

sub cookie {
	if (!-e $file || -M $file > 0.9) {
		my $out = qx{python3 $ENV{HOME}/delsort/login.py --cookie $file 2>&1};
		die "login failed: $out" if $?;
	}
	open my $fh, '<', $file or die $!;
	return scalar <$fh>;
}
1;
