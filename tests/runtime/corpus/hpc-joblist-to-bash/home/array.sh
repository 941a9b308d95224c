#! /bin/sh
# submit:  qsub -t 1-`wc -l < joblist` array.sh
#$ -cwd
#$ -S /bin/sh
#$ -l vf=2G
: ${SGE_TASK_ID:=1}
test "$SGE_TASK_ID" = undefined && SGE_TASK_ID=1
awk "NR==$SGE_TASK_ID" joblist | bash -x
