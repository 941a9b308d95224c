print "x\n";
