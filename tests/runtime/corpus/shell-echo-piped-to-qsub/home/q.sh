#!/bin/sh
for c in 1 2 3 4 5; do
    echo "cd $PWD; python3 call.py chr$c" | qsub -N call_$c -l h_vmem=8G
done
