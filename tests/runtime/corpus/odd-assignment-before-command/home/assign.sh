#!/bin/sh
LANG=C TZ="Europe/Berlin" PYTHONPATH=lib:$PYTHONPATH python3 x.py
>out.txt 2>err.txt perl y.pl </dev/null
