import sys
import pywikibot

def main():
    site = pywikibot.Site('en', 'wikipedia')
    print(site.user(), sys.argv[1:])

if __name__ == '__main__':
    main()
