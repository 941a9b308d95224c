library(phyloseq)

