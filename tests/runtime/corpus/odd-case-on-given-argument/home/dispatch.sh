#!/bin/sh
case "$1" in
    py) python3 job.py ;;
    pl) perl job.pl ;;
    rb) ruby job.rb ;;
    *) echo "usage: $0 py|pl|rb" >&2; exit 64 ;;
esac
