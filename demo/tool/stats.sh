#!/bin/bash
#$ -cwd
#$ -j y
#$ -o logs/
#$ -S /bin/bash
# Every task takes its share of the rows: task 2 of 6 takes rows 2, 8, 14, ...

mkdir -p parts
sleep 2
awk -F, -v task="$SGE_TASK_ID" -v of="$SGE_TASK_LAST" '
    NR > 1 && (NR - 2) % of == task - 1 { rows++; sum += $3 }
    END { print rows + 0, sum + 0 }' data/levels.csv > "parts/$SGE_TASK_ID.tmp"
mv "parts/$SGE_TASK_ID.tmp" "parts/$SGE_TASK_ID"
echo "task $SGE_TASK_ID of $SGE_TASK_LAST: $(cat "parts/$SGE_TASK_ID") (rows, sum)"
