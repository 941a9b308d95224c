#!/bin/bash
/usr/bin/python3 "$HOME/check.py"
