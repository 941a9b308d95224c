#!/bin/bash
for i in 1 2 3; do
cat > job$i.sh <<EOF
#!/bin/bash
#$ -cwd
Rscript chunk.R $i
python3 merge.py $i
EOF
qsub -N chunk$i job$i.sh
done
