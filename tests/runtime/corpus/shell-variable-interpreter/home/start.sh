#!/bin/sh
PYTHON=/usr/bin/python3
SCRIPT=$HOME/bots/bot.py
$PYTHON -u $SCRIPT -log
