a <- commandArgs(TRUE); pdf(a[2]); plot(table(read.table(a[1])$V1)); dev.off()
