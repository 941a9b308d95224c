print "dead"

