#!/bin/bash
for lang in de en fr; do
    jsub -N "links-$lang" -mem 512m python3 "$HOME/links.py" "$lang"
done
jstart -N relay node relay.js
qsub -b y -cwd -N sum Rscript sum.R
/usr/bin/jsub -once -quiet $HOME/bin/fix.pl
