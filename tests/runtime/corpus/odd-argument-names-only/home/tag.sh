#!/bin/sh
for t in "$@"; do echo "$t" >> tags.txt; done
sort -u tags.txt -o tags.txt
