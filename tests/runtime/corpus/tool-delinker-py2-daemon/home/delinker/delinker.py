#!/usr/bin/env python
# -*- coding: utf-8 -*-
#
# (C) Bryan Tong Minh, 2007-2008
# (C) Siebrand Mazeland, 2007
import os, sys, time, threading
execfile(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'checkusage.py'))

class Delinker(threading.Thread):
	def run(self):
		while True:
			image = usage_of('Example.jpg')
			print >>sys.stderr, 'delinking', image
			time.sleep(30)

if __name__ == '__main__':
	Delinker().start()
