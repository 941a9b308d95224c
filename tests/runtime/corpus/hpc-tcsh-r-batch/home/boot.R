args <- commandArgs(TRUE)
n <- as.numeric(args[1]); set.seed(as.numeric(args[2]))
x <- rexp(n); b <- replicate(999, mean(sample(x, n, TRUE)))
print(quantile(b, c(.025, .975)))

