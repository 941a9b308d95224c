source("renv/activate.R")
print(R.version.string)
