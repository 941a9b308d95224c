#!/bin/bash
pkill -f "node server.js"
if ! pgrep -u "$USER" -f 'perl relay.pl' > /dev/null; then
    ps aux | grep 'php daemon.php' | grep -v grep | awk '{print $2}'
    nohup python3 "$HOME/relay.py" >> relay.log 2>&1 &
fi
