#!/bin/bash
#$ -N delinker
#$ -l h_vmem=1500m,release=trusty
#$ -j y -o $HOME/log/delinker.log
#$ -M example@tools -m a

export HOME LANG=C.UTF-8
cd ~/delinker && exec ./delinker.py --daemon=no -c delinker.cfg
