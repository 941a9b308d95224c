#!/usr/bin/env python3.7
import re
SECTION = re.compile(r"^==\s*(.+?)\s*==\s*$", re.M)
print(SECTION.findall(open("talk.txt").read()))
