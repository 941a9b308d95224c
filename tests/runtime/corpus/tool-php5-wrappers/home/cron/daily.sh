#!/bin/sh
# daily jobs of the tool
PATH=/usr/local/bin:/usr/bin:/bin
MAILTO=""
B=${HOME}/bin

$B/phpcron updateCats.php --verbose
$B/phpcron updateTemplates.php
#$B/phpcron updateImages.php	# image table is too big, runs by hand
[ `date +%d` = 01 ] && $B/phpcron monthly.php
true
