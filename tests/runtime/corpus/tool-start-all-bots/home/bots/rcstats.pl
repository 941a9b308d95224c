print "rcstats\n";
