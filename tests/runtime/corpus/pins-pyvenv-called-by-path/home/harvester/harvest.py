import pywikibot
