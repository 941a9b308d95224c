#!/usr/bin/perl
# poor man's cron, because crontab on the toolserver was limited
use strict;
use warnings;

my %task = (
	links   => 'php links.php --all',
	dead    => 'python deadlinks.py -start:!',
	# cats  => 'node cats.js',
);

# more tasks from a file:   NAME <tab> COMMAND
open my $t, '<', "$ENV{HOME}/sched.tab" or die "sched.tab: $!";
while (<$t>) {
	next if /^#/ or !/\S/;
	chomp;
	my ($name, $cmd) = split /\t+/, $_, 2;
	$task{$name} = $cmd;
}
close $t;

for my $name (sort keys %task) {
	my $stamp = "$ENV{HOME}/.sched/$name";
	next if -e $stamp && -M $stamp < 1;
	print scalar(localtime), " $name\n";
	my $rc = system($task{$name});
	if ($rc == 0) { open my $fh, '>', $stamp; }
	else { warn "$name: exit ", $rc >> 8, "\n"; }
}
