#!/bin/bash
#$ -cwd
#$ -pe orte 4
#$ -l mem=8G
source /share/apps/anaconda/bin/activate qiime1

MAP=map.txt
OUT=otus_$(date +%m%d)
set -e
validate_mapping_file.py -m $MAP -o check
split_libraries_fastq.py -i R1.fq.gz -b I1.fq.gz -m $MAP -o slout --rev_comp_mapping_barcodes
pick_open_reference_otus.py -i slout/seqs.fna -o "$OUT" -aO "$NSLOTS"
biom summarize-table -i "$OUT"/otu_table_mc2_w_tax.biom | head -20
# Rscript phyloseq.R "$OUT"
source deactivate
