import sys, getopt
import numpy
opts, args = getopt.getopt(sys.argv[1:], 'v:y:o:')
print dict(opts)

