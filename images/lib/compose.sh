# shellcheck shell=bash
# An image of several runtimes, by the lifecycle's own `creator` as an unprivileged user in the builder. No registry is asked: run image
# and result are OCI layouts on disk (an experimental, but standing, feature of the lifecycle).

# compose NAME REFERENCE SPEC...: leaves $STATE/NAME.tar and NAME.json, unless they are there already from the same recipe.
compose() {
  local name=$1 reference=$2 recipe work
  shift 2
  recipe="$(cat "$STATE/builder.recipe"); $(fingerprint lib/compose.sh lib/describe.sh lib/oci.sh); $reference; $*"
  if current "$STATE/$name.tar" "$recipe" && [ -f "$STATE/$name.json" ]; then
    say "$name is up to date"
    return
  fi
  need_root image
  say "composing $name from $*"
  work=$(mktemp -d "$TMP/compose.XXXXXX")
  prepare_build "$work" "$@"
  create "$work" "$reference" > "$LOG/$name.log" 2>&1 < /dev/null || {
    show_failure "$LOG/$name.log"
    rm -rf "$work"
    die "$name could not be composed; see $LOG/$name.log"
  }
  rm -f "$STATE/$name.tar.recipe"
  oci_types "$work/layout/$(layout_path "$reference")"
  oci_pack "$work/layout/$(layout_path "$reference")" "$STATE/$name.tar" "$reference"
  describe "$name" "$reference" "$work" "$@" > "$STATE/$name.json"
  rm -rf "$work"
  made "$STATE/$name.tar" "$recipe"
}

# check_spec SPEC...: before anything is built.
check_spec() {
  local spec
  for spec; do
    case $spec in
      apt:?*) [[ ${spec#apt:} =~ ^[a-z0-9][a-z0-9+.-]+$ ]] || die "'$spec': that is no name of a Debian package" ;;
      *)
        runtime_names | grep -qx -- "${spec%%@*}" || die "no runtime '${spec%%@*}'; there are $(runtime_names | xargs), and apt:PACKAGE"
        [[ $spec =~ ^[a-z]+(@[0-9a-z.]+)?$ ]] || die "'$spec' is not of the form NAME or NAME@VERSION"
        ;;
    esac
  done
}

# prepare_build WORK SPEC...: the folders that the platform has to bring.
prepare_build() {
  local work=$1 proxy spec
  shift
  mkdir -p "$work"/{layers,workspace,platform/env,cache} "$work/layout/$(layout_path "$NAMES/run:$DEBIAN_NUMBER")"
  tar -xf "$STATE/run.tar" -C "$work/layout/$(layout_path "$NAMES/run:$DEBIAN_NUMBER")"
  {
    echo 'runtimes = ['
    for spec; do echo "  \"$spec\","; done
    echo ']'
  } > "$work/workspace/gridshim.toml"
  printf /debs > "$work/platform/env/GRIDSHIM_DEBS"
  proxy=$(debian_proxy)
  [ -z "$proxy" ] || printf %s "$proxy" > "$work/platform/env/http_proxy"
  chmod 755 "$work"
  chown -R "$CNB_UID:$CNB_GID" "$work"/{layers,workspace,layout,cache} "$STATE/debs"
}

# layout_path REFERENCE: where the lifecycle keeps an image in a layout folder. A first part without a dot or a port is no registry to it.
layout_path() {
  case ${1%%/*} in
    *.* | *:*) echo "${1%:*}/${1##*:}" ;;
    *) echo "index.docker.io/${1%:*}/${1##*:}" ;;
  esac
}

# create WORK REFERENCE: in a mount and process namespace of its own; the builder itself is read-only.
create() {
  unshare --mount --pid --fork --propagation private bash -euo pipefail -c '
    root=$1 work=$2 debs=$3
    mount --bind "$root" "$root"
    mount -o remount,ro,bind "$root"
    for folder in layers workspace platform layout cache; do mount --bind "$work/$folder" "$root/$folder"; done
    mount --bind "$debs" "$root/debs"
    mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    mount -t tmpfs -o mode=755 tmpfs "$root/run"
    for file in resolv.conf hosts; do [ ! -f "/etc/$file" ] || cp -L "/etc/$file" "$root/run/$file"; done
    for file in resolv.conf hosts; do [ ! -f "/etc/$file" ] || mount --bind "$root/run/$file" "$root/etc/$file"; done
    shift 3
    cd /
    exec env -i "$@"' creator "$STATE/builder" "$1" "$STATE/debs" \
    PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp TMPDIR=/tmp LANG=C.UTF-8 SOURCE_DATE_EPOCH="$EPOCH" \
    CNB_USER_ID="$CNB_UID" CNB_GROUP_ID="$CNB_GID" CNB_STACK_ID="$STACK" CNB_PLATFORM_API="$PLATFORM_API" CNB_EXPERIMENTAL_MODE=warn \
    CNB_USE_LAYOUT=true CNB_LAYOUT_DIR=/layout \
    chroot "$STATE/builder" setpriv --reuid "$CNB_UID" --regid "$CNB_GID" --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all \
    /cnb/lifecycle/creator -app /workspace -layers /layers -platform /platform -cache-dir /cache -run-image "$NAMES/run:$DEBIAN_NUMBER" \
    -no-color "$2"
}

# show_failure LOG: what a buildpack said, else the end.
show_failure() {
  local said
  said=$(grep -E "^($(buildpack_names | paste -sd '|')): |^E: " "$1" | tail -n 5) || said=$(tail -n 5 "$1")
  echo "$said" >&2
}
