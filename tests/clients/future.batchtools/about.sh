PACKAGES="r-cran-future.batchtools r-cran-batchtools r-base-core"
