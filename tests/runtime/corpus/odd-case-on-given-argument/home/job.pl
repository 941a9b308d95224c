print "job\n";
