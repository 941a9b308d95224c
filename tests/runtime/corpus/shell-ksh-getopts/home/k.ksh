#!/bin/ksh
while getopts n o; do
    case $o in n) dry=1 ;; esac
done
print "dry=$dry"
[[ -n $dry ]] && exec tclsh $HOME/dry.tcl
tclsh $HOME/wet.tcl
