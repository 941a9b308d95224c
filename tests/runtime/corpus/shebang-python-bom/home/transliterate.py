#!/usr/bin/env python3
TABLE = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
import sys
for line in sys.stdin:
    sys.stdout.write(line.translate(TABLE))
