#!/bin/sh
if command -v python3 >/dev/null 2>&1; then
    python3 any.py
else
    perl any.pl
fi
