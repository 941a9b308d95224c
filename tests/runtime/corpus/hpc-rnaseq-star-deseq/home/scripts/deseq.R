suppressPackageStartupMessages(library(DESeq2))
args <- commandArgs(trailingOnly = TRUE)
m <- read.table(args[1], header = TRUE, skip = 1)
write.csv(m, args[3])
