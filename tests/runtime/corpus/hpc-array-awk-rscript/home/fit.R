library(glmnet)
a <- commandArgs(trailingOnly = TRUE)
d <- read.csv(a[3])
saveRDS(list(model = a[1], lambda = as.numeric(a[2])), a[4])

