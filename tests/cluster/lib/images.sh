# The images that pods run in. No registry is asked: they are made here, kept as archives in $DIR/images and imported.
PAUSE=localhost/gridshim/pause:1 JOB_IMAGE=localhost/gridshim/debian:12 SHEPHERD=localhost/gridshim/shepherd:dev COMMANDS=localhost/gridshim/commands:dev

# What scripts found on a grid usually ask for in their first line.
INTERPRETERS="bash dash tcsh mksh perl python3 ruby php-cli nodejs tcl lua5.4 gawk jq procps less bc"

# make_images: builds the archives that are not there yet.
make_images() {
  mkdir -p "$DIR/images" "$DIR/tmp"
  make_pause
  make_debian
}

make_pause() {
  local archive=$DIR/images/pause.tar
  [ -f "$archive" ] && return
  gcc -static -O1 -o "$DIR/tmp/pause" -x c - <<'C'
#include <signal.h>
#include <unistd.h>
static void quit(int s) { _exit(0); }
int main(void) { signal(SIGTERM, quit); signal(SIGINT, quit); for (;;) pause(); }
C
  oci_files "$archive" "$PAUSE" '{"Entrypoint":["/pause"]}' "$DIR/tmp/pause=/pause"
  rm "$DIR/tmp/pause"
}

# make_debian [NAME]: the archive NAME (debian) of $JOB_IMAGE; made again when the list of packages or the release changes.
make_debian() {
  local archive=$DIR/images/${1:-debian}.tar recipe="$DEBIAN $INTERPRETERS"
  [ -f "$archive" ] && [ "$(cat "$archive.recipe" 2>/dev/null)" = "$recipe" ] && return
  say "making the image $JOB_IMAGE (2 minutes)"
  debian_sources > "$DIR/tmp/sources"
  mmdebstrap --quiet --mode=root --variant=minbase --include="${INTERPRETERS// /,}" \
    --aptopt='APT::Install-Recommends "false"' $(apt_proxy) \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-exclude=/usr/share/info/*' --dpkgopt='force-unsafe-io' \
    --customize-hook='rm -rf "$1"/var/cache/apt/*.bin "$1"/var/log/*.log "$1"/var/log/apt' \
    "$DEBIAN" "$DIR/tmp/debian.tar" "$DIR/tmp/sources" > "$DIR/log/${1:-debian}-image.log" 2>&1 < /dev/null ||
    die "the image could not be made; see $DIR/log/${1:-debian}-image.log"
  oci_archive "$archive" "$JOB_IMAGE" "$DIR/tmp/debian.tar" '{"Env":["PATH=/usr/local/bin:/usr/bin:/bin","LANG=C.UTF-8"],"Cmd":["/bin/bash"]}'
  rm -f "$DIR/tmp/sources"
  echo "$recipe" > "$archive.recipe"
}

# debian_sources: where this machine gets its Debian packages, as lines for apt.
debian_sources() {
  local mirror
  mirror=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT) $(CREATED_BY)' 2>/dev/null |
    awk -v codename="$DEBIAN" '$2 == codename && $3 == "main" && $4 == "Packages" {print $1; exit}')
  echo "deb ${mirror:-http://deb.debian.org/debian} $DEBIAN main"
}

# apt_proxy: mmdebstrap does not read this machine's apt.conf; a proxy named there must be handed on.
apt_proxy() {
  local proxy
  proxy=$(apt-config dump --format '%v%n' Acquire::http::Proxy 2>/dev/null | head -n 1)
  [ -z "$proxy" ] || echo "--aptopt=Acquire::http::Proxy=$proxy"
}

# import_images NODE: into that node's containerd, if they are not there in this version.
import_images() {
  local archive
  for archive in pause debian shepherd commands python-node; do import_image "$1" "$archive"; done
}

import_image() { # NODE ARCHIVE
  local archive=$DIR/images/$2.tar seen=$DIR/node$1/$2.imported have
  [ -f "$archive" ] || return 0
  have=$(stat -Lc '%Y %s' "$archive")
  [ "$(cat "$seen" 2>/dev/null)" = "$have" ] && return
  ctr -a "$RUN/$1/containerd.sock" -n k8s.io images import --digests=false "$archive" >> "$LOG/import.log" 2>&1 < /dev/null ||
    die "the image $archive could not be imported; see $LOG/import.log"
  echo "$have" > "$seen"
}

# load_shepherd PROGRAM: makes the image that carries the shepherd into every pod, and imports it on each node.
load_shepherd() {
  [ -f "$1" ] || die "no shepherd at $1"
  ! readelf -l "$1" 2>/dev/null | grep -q INTERP || die "$1 is not static: it would not start in every image"
  mkdir -p "$DIR/images" "$DIR/tmp"
  oci_files "$DIR/images/shepherd.tar" "$SHEPHERD" '{}' "$1=/gridshim-shepherd"
  local number
  for number in $(running_nodes); do import_image "$number" shepherd; done
}

# load_commands PROGRAM SITE: makes the image that brings gridshim's commands to a crontab's, and imports it on each node. The program
# is this machine's, whose Debian is the jobs' image's.
load_commands() {
  mkdir -p "$DIR/images" "$DIR/tmp"
  oci_files "$DIR/images/commands.tar" "$COMMANDS" '{}' "$1=/gridshim" "$2=/etc/site.toml"
  local number
  for number in $(running_nodes); do import_image "$number" commands; done
}

# load_image [NAME SPEC...]: an image that holds these runtimes, made by the product's own buildpacks, on each node.
load_image() {
  [ $# -gt 0 ] || set -- python-node python node
  say "making the image $1 (minutes, the first time)"
  GRIDSHIM_IMAGES_STATE=$DIR/images/buildpacks "$REPO/images/build.sh" image "$@" > "$DIR/log/$1-image.log" 2>&1 < /dev/null ||
    die "the image $1 could not be made; see $DIR/log/$1-image.log"
  ln -sfn "buildpacks/$1.tar" "$DIR/images/$1.tar"
  local number
  for number in $(running_nodes); do import_image "$number" "$1"; done
}
