[ -n "$S2" ] && return
S2=1
. ./s1.sh
tclsh t.tcl
