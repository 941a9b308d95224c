#!/bin/sh
# on the login host it was just:  screen -dmS iw ./iw.sh
TERM=linux; export TERM
screen -wipe >/dev/null 2>&1
screen -ls | grep -q '\.iw' && { echo "already there, screen -r iw"; exit 0; }
screen -D -m -S iw sh -c 'cd $HOME/pywikipedia; while :; do python interwiki.py -autonomous -ns:0 -async -start:!; sleep 600; done'
