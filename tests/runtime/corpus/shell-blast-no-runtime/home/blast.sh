#!/bin/bash
#$ -cwd
#$ -t 1-10
makeblastdb -in db.fa -dbtype nucl -out db
blastn -query "q.$SGE_TASK_ID.fa" -db db -outfmt 6 -evalue 1e-10 -out "hits.$SGE_TASK_ID.tab"
awk '$11 < 1e-20' "hits.$SGE_TASK_ID.tab" | sort -k12,12nr > "best.$SGE_TASK_ID.tab"
