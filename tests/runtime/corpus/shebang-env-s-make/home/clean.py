import sys
for line in sys.stdin:
    cells = [c.strip() for c in line.split("\t")]
    if all(cells):
        print("\t".join(cells))
