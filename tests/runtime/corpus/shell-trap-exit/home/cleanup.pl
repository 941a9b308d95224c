unlink glob("$ARGV[0]/*"); rmdir $ARGV[0];
