while (<>) { s/;/,/g; print }
