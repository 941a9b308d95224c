#!/usr/bin/perl -w

use strict;
use warnings;
use 5.010;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib", "$ENV{HOME}/perl5/lib/perl5";
use Getopt::Long;
use MediaWiki::Bot;
use AfD::Util qw(month_name section_title);

my ($days, $dry, $help) = (3, 0, 0);
GetOptions('days=i' => \$days, 'dry-run' => \$dry, 'help' => \$help) or usage();
usage() if $help;

my $bot = MediaWiki::Bot->new({
	assert => 'bot',
	host   => 'en.wikipedia.org',
	login_data => { username => 'AfDArchiver', password => slurp("$ENV{HOME}/.pw") },
});

for my $d (1 .. $days) {
	my @t = gmtime(time - 86400 * $d);
	my $page = sprintf 'Wikipedia:Articles for deletion/Log/%d %s %d', $t[5] + 1900, month_name($t[4]), $t[3];
	my $text = $bot->get_text($page) // next;
	say section_title($text);
	# $bot->edit({page => $page, text => $text, summary => 'archiving (perl bot)'}) unless $dry;
}

sub slurp { open my $fh, '<', shift or die $!; local $/; my $x = <$fh>; chomp $x; $x }

sub usage {
	print STDERR <<"USAGE";
usage: $0 [--days=N] [--dry-run]
  e.g.  ssh tools-login 'python afd.py | perl archive.pl'
USAGE
	exit 1;
}

__END__

=head1 NAME

archive.pl - archive deletion debates

=head1 HISTORY

Was C<php archive.php> until 2012. Run C<system("ruby check.rb")> by hand.

=cut
