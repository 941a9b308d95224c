#!/bin/sh
# Waits for new readings. jstart starts it again whenever it fails.
cd "$(dirname "$0")" || exit 1
if [ ! -e watcher.seen ]; then
    touch watcher.seen
    echo "server closed the connection"
    exit 1
fi
echo "connected, waiting for readings"
while :; do
    [ -e data/new.csv ] && mv data/new.csv "data/new.$$.csv" && echo "new readings: $(wc -l < "data/new.$$.csv")"
    sleep 1
done
