#!/bin/bash
#$ -cwd
eval "$(conda shell.bash hook)"
conda activate rnaseq
python quantify.py counts.tsv
