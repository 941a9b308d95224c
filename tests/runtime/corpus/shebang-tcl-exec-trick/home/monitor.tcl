#!/bin/sh
# Restart with tclsh from the PATH \
exec tclsh "$0" ${1+"$@"}

proc tick {} {
    puts [clock format [clock seconds]]
    after 60000 tick
}
tick
vwait forever
