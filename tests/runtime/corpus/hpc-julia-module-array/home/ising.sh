#!/bin/bash -l
#$ -cwd
#$ -N ising
#$ -t 1-20:1
#$ -pe openmp 4
#$ -o $HOME/scratch/ising.$TASK_ID.log

module purge
module load julia/1.6.2

export JULIA_DEPOT_PATH=$HOME/scratch/.julia
export JULIA_NUM_THREADS=$NSLOTS

T=$(echo "1.5 + 0.1 * ($SGE_TASK_ID - 1)" | bc -l)
cd ~/ising || exit
[[ -d $JULIA_DEPOT_PATH/packages ]] || julia --project=. -e 'using Pkg; Pkg.instantiate()'
julia --project=. -O3 run.jl --T="$T" --L 64 --sweeps 100000
