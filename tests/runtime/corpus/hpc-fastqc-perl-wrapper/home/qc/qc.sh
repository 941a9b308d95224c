#!/bin/bash
# quality control of everything that is new
cd ~/qc || exit 1
for f in $(find ~/incoming -name '*.fastq.gz' -newer .stamp 2>/dev/null); do
    ~/opt/FastQC/fastqc --quiet --outdir reports "$f"
done
touch .stamp
