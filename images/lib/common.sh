# shellcheck shell=bash
# What every other part uses: words to the user, the state directory, and archives that are made only when their recipe changed.
STATE=${GRIDSHIM_IMAGES_STATE:-/var/tmp/gridshim-images}
LOG=$STATE/log TMP=$STATE/tmp
export LC_ALL=C.UTF-8 SOURCE_DATE_EPOCH=$EPOCH

say() { echo "images: $*" >&2; }
die() { say "$*"; exit 1; }

prepare_state() {
  mkdir -p "$STATE" "$LOG" "$TMP" "$STATE/debs"
  chmod 755 "$STATE"
}

# one_at_a_time: two builds in one state directory would take each other's files.
one_at_a_time() {
  exec 9> "$STATE/lock"
  flock -n 9 || { say "another build is running here, waiting for it"; flock 9; }
}

# install_packages PROGRAM:PACKAGE...: Debian packages, installed only when their program is missing.
install_packages() {
  local wanted=() pair
  for pair; do command -v "${pair%%:*}" > /dev/null || wanted+=("${pair#*:}"); done
  [ ${#wanted[@]} -gt 0 ] || return 0
  say "installing ${wanted[*]}"
  { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "${wanted[@]}"; } \
    > "$LOG/packages.log" 2>&1 < /dev/null || die "${wanted[*]} could not be installed; see $LOG/packages.log"
}

need_root() { [ "$(id -u)" = 0 ] || die "$1 needs root (mmdebstrap, chroot and mounts of its own)"; }

# current FILE RECIPE: whether FILE is there and was made by this very recipe.
current() { [ -e "$1" ] && [ "$(cat "$1.recipe" 2>/dev/null)" = "$2" ]; }
made() { echo "$2" > "$1.recipe"; }

# fingerprint PATH...: one word for the contents of files and folders, whoever checked them out and wherever.
fingerprint() {
  (cd "$HERE" && find "$@" -type f -print0 | sort -z | xargs -0 sha256sum) | sha256sum | cut -c1-16
}

# packed TREE TAR: the same tree gives the same bytes.
packed() { tar --sort=name --numeric-owner --mtime="@$EPOCH" --format=gnu -cf "$2" -C "$1" .; }

architecture() {
  case $(uname -m) in
    x86_64) echo amd64 ;;
    aarch64) echo arm64 ;;
    *) uname -m ;;
  esac
}
triplet() { echo "$(uname -m)-linux-gnu"; }
