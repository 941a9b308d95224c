library(lme4)
