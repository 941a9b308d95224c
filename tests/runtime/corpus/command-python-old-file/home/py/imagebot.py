# -*- coding: utf-8 -*-
import pywikibot
site = pywikibot.Site()
print u"logged in as %s" % site.user()
