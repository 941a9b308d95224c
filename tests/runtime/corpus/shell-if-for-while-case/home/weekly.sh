#!/bin/sh
if [ "$(date +%u)" -eq 1 ]; then
    python3 monday.py
elif [ -s queue ]; then
    php queue.php
fi
for f in in/*.txt; do perl conv.pl "$f"; done
while read line; do
    case $line in
        http*) ruby fetch.rb "$line" ;;
        *) echo "skip $line" ;;
    esac
done < urls.txt
