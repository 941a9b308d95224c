#!/bin/sh
php -v
echo "never closed
python3 x.py
