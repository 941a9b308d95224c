print 2;
