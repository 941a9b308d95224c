PACKAGES="openmpi-bin"
