use strict;
print "ok\n";

=head1 SYNOPSIS

  system("python3 pod.py");
  my $x = `php pod.php`;

=cut

print "still ok\n";
__END__
system("ruby pod.rb");
