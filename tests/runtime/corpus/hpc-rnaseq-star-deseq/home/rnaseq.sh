#!/usr/bin/env bash
#$ -cwd
#$ -pe smp 8
#$ -l h_vmem=6G
set -euo pipefail

usage() {
  cat <<EOF
Usage: $0 -s SAMPLES [-t THREADS] [-g GENOMEDIR]

  -s  csv file: name,fastq1,fastq2,condition
  -t  threads (default: 4)

Needs STAR, samtools, subread, R with DESeq2. HTSeq (python) is not needed any more:
  python -m HTSeq.scripts.count -f bam ...
EOF
}

log() { echo "[$(date '+%F %T')] $*" >&2; }
threads=4
genome=/data/genomes/GRCm38/star
gtf=/data/genomes/GRCm38/genes.gtf

while getopts ':s:t:g:h' o; do
  case "$o" in
    s) samples=$OPTARG ;;
    t) threads=$OPTARG ;;
    g) genome=$OPTARG ;;
    h) usage; exit 0 ;;
    :) log "-$OPTARG needs a value"; exit 64 ;;
    *) usage >&2; exit 64 ;;
  esac
done

mkdir -p bam counts
tail -n +2 "${samples:?}" | while IFS=, read -r name r1 r2 cond; do
  bam=bam/$name.bam
  if [[ -s $bam ]]; then log "$name: have it"; continue; fi
  log "$name ($cond)"
  STAR --runThreadN "$threads" --genomeDir "$genome" \
       --readFilesIn "$r1" "$r2" --readFilesCommand zcat \
       --outSAMtype BAM SortedByCoordinate --outFileNamePrefix "bam/$name." < /dev/null
  mv "bam/$name.Aligned.sortedByCoord.out.bam" "$bam"
  samtools index "$bam"
done

featureCounts -T "$threads" -p -a "$gtf" -o counts/all.txt bam/*.bam
Rscript --vanilla scripts/deseq.R counts/all.txt "$samples" counts/deseq.csv
log done
