#!/bin/bash
cd "$HOME/My Bot" || exit
python3 "the bot.py" "$1"
perl My\ Filter.pl 'out file.txt'
