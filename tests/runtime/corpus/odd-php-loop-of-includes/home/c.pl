print "c\n";
