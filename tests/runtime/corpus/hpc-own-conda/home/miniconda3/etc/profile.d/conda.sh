export CONDA_EXE='/home/kim/miniconda3/bin/conda'
conda() {
    if [ "$1" = activate ]; then
        CONDA_DEFAULT_ENV=$2
        CONDA_PREFIX=/home/kim/miniconda3/envs/$2
        export CONDA_DEFAULT_ENV CONDA_PREFIX PATH="$CONDA_PREFIX/bin:$PATH"
    elif [ "$1" = deactivate ]; then
        unset CONDA_PREFIX CONDA_DEFAULT_ENV
    fi
}
