#!/usr/bin/python
import sys
try:
    print "reading", sys.argv[1]
except IndexError, e:
    print >>sys.stderr, "usage: oldbot.py PAGE"
