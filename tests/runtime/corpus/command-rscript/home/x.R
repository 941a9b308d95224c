x <- rnorm(1000)
cat(mean(x), sd(x), "\n")
