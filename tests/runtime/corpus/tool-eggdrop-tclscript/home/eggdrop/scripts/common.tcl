if {[info commands putlog] eq ""} {
    proc putlog {t} { puts "\[[clock format [clock seconds] -format %H:%M]\] $t" }
}
proc count_lines {f} {
    set fh [open $f r]
    set n 0
    while {[gets $fh line] >= 0} { incr n }
    close $fh
    return $n
}
proc make_stats {chan} {
    if {[catch {exec perl $::env(HOME)/pisg/pisg -co $::env(HOME)/pisg/pisg.cfg -ch $chan 2>@1} msg]} {
        putlog "pisg: $msg"
    }
}
