import sys, re
n = sum(1 for l in open(sys.argv[1], errors='replace') if re.search('Saved', l))
print(n, 'pages saved')
