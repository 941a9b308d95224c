cat(commandArgs(TRUE), sep = "\n")

