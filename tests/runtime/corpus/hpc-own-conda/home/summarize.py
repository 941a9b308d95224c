import sys
print(sum(l.startswith('>') for l in open(sys.argv[1])))

