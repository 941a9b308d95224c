print "eins\n";
