#!/bin/bash
echo page#section; python3 a.py
n=${#HOME}; echo "$n" # ruby b.rb
echo "${HOME##*/}" && perl -e 'print 1' #node c.js
