while (<>) { print "bad: $_" if /\]\]\]/ }
