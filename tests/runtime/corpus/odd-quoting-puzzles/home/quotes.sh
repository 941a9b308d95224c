#!/bin/bash
echo "it's" 'a "python3 x.py" thing' ; echo don\'t perl x.pl
echo "a \" ; ruby x.rb \" b"
echo '#' php is next ; ph""p 'y'.php # node z.js
echo $'tab\t; lua x.lua'
