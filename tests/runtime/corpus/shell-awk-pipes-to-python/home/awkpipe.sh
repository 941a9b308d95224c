#!/bin/bash
awk -F'\t' '$3 > 10 { print $1 | "python3 load.py" } END { close("python3 load.py"); system("perl done.pl") }' counts.tsv
