open F, $ARGV[0] or exit 1; exit 0;
