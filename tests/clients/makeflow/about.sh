PACKAGES="coop-computing-tools"
