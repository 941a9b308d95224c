#!/bin/bash
trap 'perl "$HOME/cleanup.pl" "$work"' EXIT
work=$(mktemp -d)
cp data.txt "$work/"
sort -u "$work/data.txt" > sorted.txt
