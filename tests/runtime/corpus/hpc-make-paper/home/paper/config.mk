PYTHON  ?= python3
RSCRIPT  = Rscript --vanilla
OCTAVE  := octave -qf
#JULIA  := julia
