n <- as.integer(commandArgs(TRUE)[1]); print(summary(rnorm(n)))
