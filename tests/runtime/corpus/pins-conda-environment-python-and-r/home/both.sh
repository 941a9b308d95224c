#!/bin/bash
source "$HOME/miniconda3/bin/activate" seq
python prep.py && Rscript model.R
