import sys
print("{}")
