print "old\n";
