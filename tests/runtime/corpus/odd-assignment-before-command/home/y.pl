print "y\n";
