#!/data/project/coordinates/www/python/venv/bin/python
from oauthlib import oauth1
print(oauth1.__name__)
