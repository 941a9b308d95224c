# shellcheck shell=bash
# What every bin/build of a language does: choose the packages for the version asked for, unpack them into one layer, note what it is.
HERE=$(dirname "${BASH_SOURCE[0]}")
. "$HERE/plan.sh"
. "$HERE/debian.sh"
. "$HERE/setup.sh"

# runtime NAME ROW...: makes the layer NAME. A ROW is one version: the package whose version it is, and what is to come with it.
# Sets LAYER. Without a wish the first row is taken; a wish matches by whole numbers (3 and 3.11, not 3.1, mean 3.11.2).
runtime() {
  NAME=$1 LAYER=$CNB_LAYERS_DIR/$1
  shift
  prepare_apt
  local wish row packages="" versions=""
  while read -r wish; do
    row=$(row_for "$wish" "$@")
    packages+=" ${row#* }" versions+="${versions:+ }${row%% *}"
  done < <(asked version | grep . || echo any)
  [ -n "$packages" ] || exit 1 # row_for has said why
  echo "$NAME $versions"
  # shellcheck disable=SC2086
  unpack "$LAYER" $packages
  printf '[types]\nlaunch = true\n' > "$LAYER.toml"
  printf '[[labels]]\nkey = "gridshim.runtime.%s"\nvalue = "%s"\n' "$NAME" "$versions" >> "$CNB_LAYERS_DIR/launch.toml"
}

# row_for WISH ROW...: "VERSION PACKAGE..." of the first row that fits.
row_for() {
  local wish=$1 row version all=""
  shift
  for row; do
    version=$(version_of "${row%% *}") || continue
    all+="${all:+, }$version"
    case $wish in any | latest | "*") wish=$version ;; esac
    case $version. in "$wish".*) echo "$version $row"; return ;; esac
  done
  fail "$NAME $wish is not to be had; this base has ${all:-none}"
}

# apart PROGRAM...: programs that look for their library beside themselves. In a folder without one they take the place that they were
# built for, /usr, where they also see what other layers add.
apart() {
  local program
  mkdir -p "$LAYER/programs"
  for program; do
    mv "$LAYER/usr/bin/$program" "$LAYER/programs/$program"
    ln -s "$LAYER/programs/$program" "$LAYER/usr/bin/$program"
  done
}

# launch_env NAME VALUE: for the process, if the job has no value of its own.
launch_env() {
  mkdir -p "$LAYER/env.launch"
  printf %s "$2" > "$LAYER/env.launch/$1.default"
}

finish() { setup "$LAYER"; }
