cat(1:3, sep = "\n")
