#!/bin/bash
#
#$ -N nightly
#$ -j y -o nightly.log          # one log, it grows
#$ -l h_rt=0:10:0,h_vmem=512M
#$ -S /bin/bash

levels=$1
echo "== job $JOB_ID on $(date +%F), started from $SGE_O_WORKDIR"
sleep 2     # the gauges' server wants a pause
awk -F, 'NR > 1 { n[$2]++; sum[$2] += $3 } END { for (g in n) printf "%-10s %3d readings, mean %6.1f cm\n", g, n[g], sum[g] / n[g] }' "$levels" | sort
