#!/bin/bash
#$ -cwd
#$ -N qc
R --no-save --quiet <<'EOF'
x <- read.table("depth.txt")
png("depth.png"); hist(x$V3); dev.off()
EOF
