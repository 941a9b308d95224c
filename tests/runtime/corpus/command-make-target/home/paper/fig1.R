pdf("fig1.pdf"); plot(read.csv("data/clean.csv")); dev.off()
