print "any\n";
