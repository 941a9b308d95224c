# shellcheck shell=bash
# Debian packages as an unprivileged user: which ones are missing in the run image, their files into a layer. No package's script is
# run; what those would have done is in setup.sh.

# Only the scripts of packages need these, or a desktop does.
NEVER="adduser debconf java-common psmisc sensible-utils ucf x11-common xdg-utils"

WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
DEBS=${GRIDSHIM_DEBS:-$WORK/debs} # a folder that several builds may share
PROXY=${http_proxy:-${HTTP_PROXY:-}}

apt_get() {
  apt-get -q -o Dir::State="$WORK/state" -o Dir::State::lists="$LISTS" -o Dir::State::status="$WORK/status" -o Dir::Cache="$WORK/cache" \
    -o Dir::Cache::archives="$DEBS" -o Debug::NoLocking=true -o APT::Install-Recommends=false -o Acquire::Retries=3 \
    ${PROXY:+-o Acquire::http::Proxy="$PROXY"} "$@"
}

# prepare_apt [STATUS...]: apt as it would see the run image, with the packages of the files STATUS also installed. The builder's own
# package lists make a build repeatable; GRIDSHIM_APT_UPDATE=1 asks the mirror for today's.
prepare_apt() {
  mkdir -p "$WORK/state/lists/partial" "$WORK/cache" "$DEBS/partial"
  cat /var/lib/dpkg/status "$@" > "$WORK/status"
  local name
  for name in $NEVER; do
    grep -qx "Package: $name" "$WORK/status" ||
      printf '\nPackage: %s\nStatus: install ok installed\nVersion: 9:99\nArchitecture: all\nMulti-Arch: foreign\nMaintainer: none\nDescription: not needed\n' "$name"
  done > "$WORK/never"
  cat "$WORK/never" >> "$WORK/status"
  LISTS=/var/lib/apt/lists
  if [ "${GRIDSHIM_APT_UPDATE:-}" = 1 ] || ! compgen -G "$LISTS/*Packages*" > /dev/null; then
    LISTS=$WORK/state/lists
    apt_get update > "$WORK/log" 2>&1 || { cat "$WORK/log" >&2; fail "the package lists cannot be had"; }
  fi
}

# version_of PACKAGE: the upstream part of what would be installed; fails if there is no such package.
version_of() {
  apt-cache -o Dir::State="$WORK/state" -o Dir::State::lists="$LISTS" -o Dir::State::status="$WORK/status" -o Dir::Cache="$WORK/cache" \
    show --no-all-versions "$1" 2>/dev/null | sed -n 's/^Version: //p' | head -n 1 | sed 's/^[0-9]*://; s/[-+~].*//' | grep .
}

# missing PACKAGE...: file names of the packages to unpack, dependencies included.
missing() {
  apt_get install -s -y "$@" > "$WORK/plan" 2>&1 || { grep -E '^(E:| )' "$WORK/plan" >&2; fail "cannot be had from Debian: $*"; }
  ! grep -E '^Inst [^ ]+ \[' "$WORK/plan" >&2 || fail "the base is older than its package lists: make it anew"
  sed -n 's/^Inst \([^ ]*\) (\([^ ]*\) [^[]*\[\([a-z0-9]*\)\].*/\1 \2 \3/p' "$WORK/plan" | sed 's/:/%3a/' |
    awk '{print $1 "_" $2 "_" $3 ".deb"}' | sort
}

# unpack TREE PACKAGE...: fetched, checked by apt's signatures, and unpacked without manuals; licences stay. The list of them is put
# into the layer as dpkg's own status, so that a later buildpack does not bring them again.
unpack() {
  local tree=$1 file
  shift
  missing "$@" > "$WORK/files"
  apt_get install -y --download-only "$@" > "$WORK/log" 2>&1 || { tail -n 5 "$WORK/log" >&2; fail "Debian's packages cannot be fetched; a newer base may help"; }
  mkdir -p "$tree/usr/lib" "$tree/usr/bin" "$tree/usr/sbin"
  for file in lib bin sbin; do ln -s "usr/$file" "$tree/$file"; done
  while read -r file; do
    dpkg-deb --fsys-tarfile "$DEBS/$file" | tar -x --keep-directory-symlink --no-same-owner --no-same-permissions -C "$tree" \
      --exclude='./usr/share/man/*' --exclude='./usr/share/info/*' --exclude='./usr/share/locale/*' --exclude='./usr/share/lintian/*' --exclude='./usr/share/bug/*'
    dpkg-deb -f "$DEBS/$file" | sed '1a Status: install ok installed'
    echo
  done < "$WORK/files" > "$tree/status"
  rm "$tree/lib" "$tree/bin" "$tree/sbin"
  find "$tree/usr/share/doc" ! -type d ! -name copyright -delete 2>/dev/null || true
  find "$tree" -depth -type d -empty -delete
}
