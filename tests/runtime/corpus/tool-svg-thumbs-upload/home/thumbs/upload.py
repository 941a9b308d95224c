import glob, sys
for f in sorted(glob.glob('png/*.png')):
    print(f)

