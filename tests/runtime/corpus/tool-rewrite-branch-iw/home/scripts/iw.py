#!/usr/bin/env python
# -*- coding: utf-8 -*-
import pywikibot
from pywikibot import pagegenerators

def treat(page):
    print page.title().encode('utf-8')

for p in pagegenerators.AllpagesPageGenerator(start=u'!'):
    treat(p)

