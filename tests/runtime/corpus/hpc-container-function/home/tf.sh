#!/bin/bash
#$ -cwd
#$ -l gpu=1
IMG=$HOME/images/tensorflow-2.4-gpu.sif
[ -f "$IMG" ] || singularity pull "$IMG" docker://tensorflow/tensorflow:2.4.1-gpu

run() {
    singularity exec --nv --cleanenv --bind "$PWD:/proj,$HOME/data:/data:ro" --pwd /proj "$IMG" "$@"
}

run python prepare.py --out /proj/tfrecords
for fold in 1 2 3 4 5; do
    run python train.py --fold $fold --epochs 30 || exit
done
run Rscript summary.R
