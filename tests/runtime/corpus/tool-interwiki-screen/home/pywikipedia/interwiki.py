#!/usr/bin/python
# -*- coding: utf-8  -*-
import wikipedia
print u"interwiki"

