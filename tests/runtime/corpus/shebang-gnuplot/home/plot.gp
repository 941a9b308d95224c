#!/usr/bin/gnuplot
set terminal png size 800,400
set output "edits.png"
plot "edits.dat" using 1:2 with lines title "edits"
