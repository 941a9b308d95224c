set.seed(42)
res <- replicate(100, mean(rexp(30)))
save(res, file = "sim.RData")
