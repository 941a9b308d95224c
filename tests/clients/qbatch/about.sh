PACKAGES="parallel"
