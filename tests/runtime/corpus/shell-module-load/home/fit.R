m <- lm(dist ~ speed, cars); saveRDS(m, "m.rds")
