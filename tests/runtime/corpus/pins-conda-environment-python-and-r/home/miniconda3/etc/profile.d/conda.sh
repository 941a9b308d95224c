conda() {
    case "$1" in
        activate) CONDA_PREFIX=$_CONDA_ROOT/envs/$2; PATH=$CONDA_PREFIX/bin:$PATH; export CONDA_PREFIX PATH ;;
    esac
}
