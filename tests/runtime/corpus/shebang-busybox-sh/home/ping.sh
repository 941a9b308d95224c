#!/bin/busybox sh
while read -r host; do
    wget -q -O /dev/null "http://$host/" || echo "$host down"
done < hosts.txt
