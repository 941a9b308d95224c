use strict;
print "FASconCAT\n";

