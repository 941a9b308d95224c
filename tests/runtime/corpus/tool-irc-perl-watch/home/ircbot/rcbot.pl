use strict;
use POE qw(Component::IRC::State);
use YAML;

my $irc = POE::Component::IRC::State->spawn(
	nick => 'rcbot', server => 'irc.libera.chat', ircname => 'python sucks',
);
POE::Kernel->run;
