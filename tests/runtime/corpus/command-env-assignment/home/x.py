import os
print(os.environ["PYWIKIBOT_DIR"])
