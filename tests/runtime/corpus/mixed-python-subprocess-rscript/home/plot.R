a <- commandArgs(TRUE); pdf("out.pdf"); plot(read.csv(a[1])); dev.off()
