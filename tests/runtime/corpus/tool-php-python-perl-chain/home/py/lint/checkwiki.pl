use strict;
print "ok\n";

