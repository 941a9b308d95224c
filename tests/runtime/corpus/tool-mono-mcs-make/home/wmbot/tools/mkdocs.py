print "docs"

