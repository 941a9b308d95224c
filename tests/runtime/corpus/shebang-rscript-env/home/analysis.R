#!/usr/bin/env Rscript
args <- commandArgs(trailingOnly = TRUE)
d <- read.csv(sprintf("counts-%s.csv", args[1]))
fit <- lm(edits ~ month, data = d)
print(summary(fit)$r.squared)
