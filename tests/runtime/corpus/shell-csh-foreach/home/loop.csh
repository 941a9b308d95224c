#!/bin/csh -f
set dir = $HOME/runs
cd $dir
foreach f (*.out)
    if (-z $f) continue
    perl $HOME/bin/summary.pl $f >> summary.txt
end
