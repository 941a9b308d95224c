print "pack\n";
