#!/bin/bash
parallel --jobs 4 Rscript chunk.R {} ::: 1 2 3 4
