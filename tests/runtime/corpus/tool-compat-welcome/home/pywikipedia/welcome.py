# -*- coding: utf-8  -*-
"""
Script to welcome new users.
"""
__version__ = '$Id: welcome.py 9692 2011-10-30 15:03:29Z xqt $'

import wikipedia as pywikibot
import query, userlib
import time, re, codecs, sys

class Global(object):
    attachEditCount = 1
    dumpToLog = 15

def main():
    for arg in pywikibot.handleArgs():
        if arg.startswith('-edit'):
            Global.attachEditCount = int(arg[6:])
    print u'%s edits' % Global.attachEditCount

if __name__ == "__main__":
    try:
        main()
    finally:
        pywikibot.stopme()
