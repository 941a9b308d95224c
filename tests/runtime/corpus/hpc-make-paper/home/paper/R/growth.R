pdf(commandArgs(TRUE)[1]); plot(1:10); dev.off()
