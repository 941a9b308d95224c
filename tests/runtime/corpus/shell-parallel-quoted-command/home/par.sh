#!/bin/bash
#$ -pe smp 8
#$ -cwd
parallel -j "$NSLOTS" "gzip -dc {} | perl filter.pl > {.}.out" ::: reads/*.gz
