cat(commandArgs(TRUE), "\n")
