#!/bin/bash
n=$(( 1 << 4 ))
(( n = n <<2 ))
let "m = n << 1"
perl -e "print $n + $m"
