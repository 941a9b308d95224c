import sys
from . import parse

for title in sys.stdin:
    print(parse.check(title.strip()))
