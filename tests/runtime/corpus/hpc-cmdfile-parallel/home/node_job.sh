#!/bin/bash
#$ -pe smp 8
#$ -l exclusive
#$ -cwd
# one whole machine, eight at a time
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
mkdir -p log
parallel --jobs "${NSLOTS:-8}" --joblog log/joblog --resume --halt soon,fail=3 < commands.txt
# xargs -d '\n' -P 8 -I{} sh -c '{}' < commands.txt     # if parallel is missing
echo "failed:"; awk 'NR>1 && $7 != 0' log/joblog
