# shellcheck shell=bash
# The run image: Debian with the usual tools, the launcher on PATH, and links to where the runtimes' layers will be.
# The build image is the same packages once more, with apt's lists: what is missing in one is missing in the other.

base_recipe() {
  echo "$DEBIAN $TOOLS; $(fingerprint versions.sh lib/base.sh lib/debian.sh); $(paths | sha256sum | cut -c1-16);" \
    "shepherd $([ -z "${GRIDSHIM_SHEPHERD_BIN:-}" ] || sha256sum < "$GRIDSHIM_SHEPHERD_BIN" | cut -c1-16)"
}

make_base() {
  local recipe; recipe=$(base_recipe)
  current "$STATE/run.tar" "$recipe" && current "$STATE/build.tar" "$recipe" && return
  need_root base
  check_shepherd
  say "making the base of Debian $DEBIAN_NUMBER (1 minute)"
  local root=$TMP/root
  rm -rf "$root"
  bootstrap "$root"
  packed_base "$root/var/lib/apt/lists" "$TMP/lists.tar" /var/lib/apt/lists
  rm -rf "$root"/var/lib/apt/lists/*
  finish_base "$root"
  packed "$root" "$TMP/run.layer"
  cp "$TMP/run.layer" "$TMP/build.layer"
  oci_archive "$STATE/run.tar" "$NAMES/run:$DEBIAN_NUMBER" "$(run_config)" "$TMP/run.layer"
  oci_archive "$STATE/build.tar" "$NAMES/build:$DEBIAN_NUMBER" "$(build_config)" "$TMP/build.layer" "$TMP/lists.tar"
  rm -rf "$root"
  made "$STATE/run.tar" "$recipe"
  made "$STATE/build.tar" "$recipe"
}

check_shepherd() {
  [ -n "${GRIDSHIM_SHEPHERD_BIN:-}" ] || return 0
  [ -f "$GRIDSHIM_SHEPHERD_BIN" ] || die "GRIDSHIM_SHEPHERD_BIN: no file $GRIDSHIM_SHEPHERD_BIN"
}

bootstrap() { # ROOT
  local proxy; proxy=$(debian_proxy)
  debian_sources > "$TMP/sources"
  mmdebstrap --quiet --mode=root --variant=minbase --include="${TOOLS// /,}" --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr \
    --skip=cleanup/apt/lists --aptopt='APT::Install-Recommends "false"' ${proxy:+--aptopt="Acquire::http::Proxy \"$proxy\""} \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/info/*' \
    --dpkgopt='force-unsafe-io' "$DEBIAN" "$1" "$TMP/sources" > "$LOG/base.log" 2>&1 < /dev/null ||
    die "the base could not be made; see $LOG/base.log"
}

# finish_base ROOT: takes out what this machine or this minute left there, and puts in what is ours.
finish_base() {
  local root=$1
  rm -rf "$root"/var/cache/* "$root"/var/log/* "$root"/var/lib/dpkg/*-old "$root"/var/lib/apt/extended_states "$root"/etc/resolv.conf \
    "$root"/etc/hostname "$root"/etc/machine-id "$root"/etc/apt/apt.conf.d/99mmdebstrap "$root"/etc/apt/sources.list.d/* "$root"/tmp/* \
    "$root"/run/* "$root"/etc/passwd- "$root"/etc/group- "$root"/etc/shadow- "$root"/etc/gshadow-
  debian_sources > "$root/etc/apt/sources.list"
  chmod 644 "$root/etc/apt/sources.list"
  echo "cnb:x:$CNB_GID:" >> "$root/etc/group"
  echo "cnb:x:$CNB_UID:$CNB_GID:buildpacks:/home/cnb:/bin/bash" >> "$root/etc/passwd"
  install -d -o "$CNB_UID" -g "$CNB_GID" "$root/home/cnb"
  mkdir -p "$root/opt/gridshim"
  [ -z "${GRIDSHIM_SHEPHERD_BIN:-}" ] || install -m 755 "$GRIDSHIM_SHEPHERD_BIN" "$root/opt/gridshim/gridshim-shepherd"
  ln -s /cnb/lifecycle/launcher "$root/usr/local/bin/launcher"
  # A login shell sets PATH anew; the layers' programs must still be there.
  # shellcheck disable=SC2016
  echo 'PATH="${PATH:+$PATH:}/layers/gridshim_runtimes/root/usr/bin"' > "$root/etc/profile.d/gridshim.sh"
  # The loader's cache is written by the buildpack `runtimes`, for the libraries of all layers; without it the loader looks in /usr/lib.
  ln -sf /layers/gridshim_runtimes/root/etc/ld.so.cache "$root/etc/ld.so.cache"
  paths_in "$root"
}

# packed_base TREE TAR PLACE: a layer that holds TREE at PLACE.
packed_base() {
  mkdir -p "$TMP/place$3"
  find "$1" -maxdepth 1 -type f ! -name lock -exec cp -t "$TMP/place$3" {} +
  packed "$TMP/place" "$2"
  rm -rf "$TMP/place"
}

run_config() {
  jq -nc --arg path "$(image_path)" --arg user "$CNB_UID:$CNB_GID" --arg stack "$STACK" --arg number "$DEBIAN_NUMBER" '{
    User: $user, Env: ["PATH=" + $path, "LANG=C.UTF-8"], Cmd: ["/bin/bash"], WorkingDir: "/",
    Labels: {"io.buildpacks.stack.id": $stack, "io.buildpacks.base.distro.name": "debian", "io.buildpacks.base.distro.version": $number}}'
}

build_config() {
  run_config | jq -c --arg uid "$CNB_UID" --arg gid "$CNB_GID" --arg stack "$STACK" '
    .Env += ["CNB_USER_ID=" + $uid, "CNB_GROUP_ID=" + $gid, "CNB_STACK_ID=" + $stack]'
}

image_path() { echo /usr/local/bin:/usr/bin:/bin:/layers/gridshim_runtimes/root/usr/bin; }
