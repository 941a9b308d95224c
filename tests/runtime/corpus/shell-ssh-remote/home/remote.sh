#!/bin/bash
ssh -o BatchMode=yes compute.example.edu 'cd analysis && python3 run.py && Rscript plot.R'
ssh compute.example.edu <<'EOF'
perl analysis/pack.pl
EOF
scp compute.example.edu:analysis/out.tgz .
