#!/usr/bin/env perl
use strict; use warnings;
use FindBin qw($Bin);
use lib "$Bin/lib";
use Delsort::Login;

my $cookie = Delsort::Login::cookie();
open my $list, '<', "$Bin/lists.txt" or die "lists.txt: $!";
while (my $l = <$list>) {
	chomp $l;
	next if $l =~ /^\s*(#|$)/;
	# each list is a job of its own
	my $rc = system('jsub', '-once', '-N', "delsort-$l", 'php', "$Bin/sort.php", $l);
	warn "jsub: $rc\n" if $rc;
}
close $list;
