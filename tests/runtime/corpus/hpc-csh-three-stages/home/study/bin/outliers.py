import sys
for l in open(sys.argv[-1]): sys.stdout.write(l)
