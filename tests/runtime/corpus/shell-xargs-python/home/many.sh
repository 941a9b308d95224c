#!/bin/sh
cut -f2 titles.tsv | sort -u | xargs -d '\n' -P 2 -I{} python3 get.py --title {}
