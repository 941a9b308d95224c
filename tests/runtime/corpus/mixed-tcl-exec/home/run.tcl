set out [exec python3 read.py]
puts $out
set fh [open "|perl sum.pl" r]
puts [read $fh]
close $fh
