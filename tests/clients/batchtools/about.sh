PACKAGES="r-cran-batchtools r-base-core"
