#!/bin/bash
WIDTH=300
python3 - "$WIDTH" <<EOF
import sys
width = int(sys.argv[1])
for line in open("$HOME/images.txt"):
    name, w, h = line.split()
    print(name, width, int(h) * width // int(w))
EOF
