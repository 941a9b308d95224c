while (<>) { next if /^#/; print join("\t", (split /\t/)[0,1,3,4]), "\n" }
