#!/bin/bash
#SBATCH --job-name=train
#SBATCH --gres=gpu:1
#SBATCH --time=12:00:00
#SBATCH --output=logs/%x-%j.out
#$ -N train
#$ -l gpu=1,h_rt=12:00:00
#$ -cwd

if [ -n "$SLURM_JOB_ID" ]; then
    cd "$SLURM_SUBMIT_DIR"
    RUN="srun --unbuffered"
    JOB=$SLURM_JOB_ID
else
    RUN=
    JOB=${JOB_ID:-$$}
fi

module purge
module load cuda/10.1 cudnn/7.6
module load python/3.7.4

nvidia-smi -L || { echo "no gpu here" >&2; exit 75; }
export CUDA_VISIBLE_DEVICES=${SGE_GPU:-0}

$RUN python -u train.py \
    --data "$HOME/data/cifar" \
    --epochs 90 --lr 0.1 \
    --resume "ckpt/$JOB.pt" "$@"
