#!/usr/bin/python2.7
# -*- coding: utf-8 -*-
import urllib2

def main():
    page = urllib2.urlopen('http://xx.example.org/w/index.php?title=Special:Log').read()
    print 'got %d bytes' % len(page)

main()
