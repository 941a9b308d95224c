#!/bin/bash
cd python || mkdir -p python/node
ls -l php/*.py > list.txt
tar cf - perl ruby | gzip > langs.tgz
test -x bot.py && chmod -x bot.py
wc -l *.py php/*.php | tail -1
diff -u old/run.pl new/run.pl
rm -f node/*.js
