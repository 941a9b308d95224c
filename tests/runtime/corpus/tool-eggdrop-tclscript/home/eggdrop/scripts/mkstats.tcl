#!/usr/bin/env tclsh
# mkstats.tcl - channel statistics from the logs of the eggdrop
# (run outside of the bot: pisg eats too much cpu to do it inside)

package require Tcl
set here [file dirname [file normalize [info script]]]
source [file join $here common.tcl]

set chan "#wikipedia-hu"
if {$argc > 0} { set chan [lindex $argv 0] }

proc usage {} {
    puts stderr "usage: mkstats.tcl ?#channel?"
    puts stderr "then: php index.php"
    exit 1
}
if {$chan eq "-h"} usage

set n 0
foreach f [lsort [glob -nocomplain [file join $here .. logs *.log]]] {
    incr n [count_lines $f]
}
putlog "$n lines for $chan"
# exec python pisg2html.py
make_stats $chan
