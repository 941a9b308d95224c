"""Kaplan-Meier with R's survival package."""
import sys

import rpy2.robjects as ro
from rpy2.robjects.packages import importr

base = importr('base')
survival = importr('survival')
ro.r('fit <- survfit(Surv(time, status) ~ 1, data = lung)')
print(ro.r('summary(fit)'))
sys.exit(0)

