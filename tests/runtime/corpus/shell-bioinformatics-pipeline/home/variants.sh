#!/bin/bash
#$ -cwd
#$ -pe smp 8
#$ -l h_vmem=4G
set -euo pipefail
S=$1
fastqc -o qc "$S.fq.gz"
bwa mem -t 8 ref/hg38.fa "$S.fq.gz" | samtools sort -@ 4 -o "$S.bam" -
bcftools mpileup -f ref/hg38.fa "$S.bam" | bcftools call -mv -Ov -o "$S.vcf"
perl scripts/vcf2tab.pl "$S.vcf" > "$S.tab"
python3 scripts/annotate.py "$S.tab" > "$S.ann"
Rscript scripts/plot.R "$S.ann" "$S.pdf"
