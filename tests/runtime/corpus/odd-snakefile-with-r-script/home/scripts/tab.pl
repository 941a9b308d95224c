while (<>) { s/ +/\t/g; print }
