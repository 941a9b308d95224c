while (<>) { print "$1\n" if /^(\d+)/ }
