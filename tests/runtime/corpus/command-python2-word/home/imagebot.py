print "starting"
