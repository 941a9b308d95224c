while (<>) { print lc }
