#!/bin/bash
COUNT=$(ruby -ne 'puts $_ if /^\*/' list.txt | wc -l)
STAMP=`perl -e 'print time - 86400'`
echo "count=$COUNT since=$STAMP" >> today.log
