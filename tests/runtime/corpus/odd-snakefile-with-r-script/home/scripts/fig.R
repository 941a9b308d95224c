pdf(snakemake@output[[1]]); plot(1); dev.off()
