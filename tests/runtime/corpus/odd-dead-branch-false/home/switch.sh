#!/bin/bash
if false; then
    python3 new.py
else
    perl old.pl
fi
