args <- commandArgs(trailingOnly = TRUE)
d <- read.csv(paste0(args[1], ".csv"))
svg(args[2]); plot(d$month, d$n, type = "l"); dev.off()
