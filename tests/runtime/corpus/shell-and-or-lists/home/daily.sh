#!/bin/sh
cd $HOME/daily || exit 1
[ -f stop ] && exit 0
php fetch.php > raw.txt && perl count.pl raw.txt > counts.txt || echo "daily failed" | mail -s daily $USER
