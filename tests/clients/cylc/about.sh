PACKAGES="rsync"
