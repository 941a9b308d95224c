#!/bin/bash
#$ -pe smp 12
#$ -cwd
source ./functions.sh
init

for fa in genes/*.fa; do
  g=$(basename "$fa" .fa)
  [[ -e aln/$g.phy ]] || align "$g"
done
concat aln/*.phy
model
raxml -T "$NSLOTS" -f a -m GTRGAMMA -q part.txt -s all.phy -n final -p 1 -x 1 -N autoMRE >> "$LOG"
draw RAxML_bipartitions.final
