#!/usr/bin/env python2
import httplib, sys
conn = httplib.HTTPConnection(sys.argv[1] + ".example.org")
conn.request("HEAD", "/")
print conn.getresponse().status
