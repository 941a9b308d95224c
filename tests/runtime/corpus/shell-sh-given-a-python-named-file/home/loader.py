#!/usr/bin/python3
echo "renamed long ago"
sort -u names.txt -o names.txt
