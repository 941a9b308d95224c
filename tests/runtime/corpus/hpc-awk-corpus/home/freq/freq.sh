#!/bin/bash
#$ -l h_vmem=12G
#$ -cwd
# word frequencies; the perl script took three days
export LC_ALL=C
cd "${0%/*}"
IN=${1:-corpus/*.gz}
zcat $IN \
  | tr -d '\r' \
  | awk -f tok.awk -v min=2 \
  | sort --parallel=4 -S 8G -T "${TMPDIR:-/tmp}" \
  | uniq -c \
  | sort -k1,1nr > freq.$$ && mv freq.$$ freq.txt
join -1 2 -2 1 <(sort -k2,2 freq.txt) <(sort stop.txt) | wc -l
