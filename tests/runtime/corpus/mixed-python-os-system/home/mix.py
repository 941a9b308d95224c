#!/usr/bin/env python3
import os
rc = os.system("perl clean.pl raw.txt > clean.txt")
print(rc, os.popen("tclsh table.tcl clean.txt").read())
