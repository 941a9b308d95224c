#!/bin/bash
#$ -cwd
#$ -l h_vmem=8G
#$ -pe smp 8
run=$1
BB=$HOME/sw/bbmap
PATH=$PATH:$BB

bbduk.sh in=$run.fq.gz out=$run.clean.fq.gz ref=$BB/resources/adapters.fa ktrim=r k=23 mink=11 hdist=1 t=8
pigz -dc $run.clean.fq.gz | perl -ne 's/^@/>/ && print, next if $.%4==1; print if $.%4==2' > $run.fa
diamond blastx -d nr -q $run.fa -p 8 --sensitive -f 6 -o $run.m8 -k 1
[ -s $run.m8 ] && python lca.py $run.m8 > $run.tax
