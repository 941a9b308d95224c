#!/usr/bin/python2.7
print("works with both")
