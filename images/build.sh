#!/usr/bin/env bash
# Makes images that hold several language runtimes, by Cloud Native Buildpacks and without a registry. See README.md.
set -euo pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
cd "$HERE"
. ./versions.sh
for part in common debian oci base lifecycle builder compose describe; do . "lib/$part.sh"; done

usage() {
  cat << 'TEXT'
usage: images/build.sh base [--new]                     run image, build image, lifecycle and builder; --new: with today's packages
       images/build.sh image NAME [--name REF] SPEC...  an image NAME of these runtimes
       images/build.sh all                              base, and python-node, php-perl-python and grid (all runtimes)
       images/build.sh push NAME REGISTRY               NAME (or run, build, builder) to REGISTRY/NAME:12, by skopeo
       images/build.sh buildpacks DIR                   stand-alone buildpacks and builder.toml, for pack
       images/build.sh list                             the runtimes

SPEC is NAME or NAME@VERSION (python@3.11 node@18 perl …) or apt:PACKAGE for any Debian package.
Archives go to $GRIDSHIM_IMAGES_STATE (/var/tmp/gridshim-images): import them with `ctr -n k8s.io images import NAME.tar`.
GRIDSHIM_SHEPHERD_BIN=FILE puts the shepherd into the base, as /opt/gridshim/gridshim-shepherd.
TEXT
}

# shellcheck disable=SC2120 # called from main with the words of the command line
base() { # [--new]
  [ $# -eq 0 ] || rm -f "$STATE/run.tar.recipe" "$STATE/build.tar.recipe"
  install_packages mmdebstrap:mmdebstrap jq:jq unshare:util-linux setpriv:util-linux
  make_base
  make_lifecycle
  make_builder
}

image() { # NAME [--name REF] SPEC...
  local name=$1 reference=$NAMES/$1:$DEBIAN_NUMBER specs=()
  shift
  while [ $# -gt 0 ]; do
    case $1 in
      --name) reference=${2:?--name needs a reference}; shift ;;
      -*) die "unknown option $1" ;;
      *) specs+=("$1") ;;
    esac
    shift
  done
  [[ $name =~ ^[a-z0-9][a-z0-9._-]*$ ]] || die "'$name' cannot name an image"
  ! [[ $name =~ ^(run|build|builder|lifecycle)$ ]] || die "'$name' is taken by the base"
  [[ $reference =~ ^[a-z0-9][a-z0-9./:_-]*/[a-z0-9._-]+:[A-Za-z0-9._-]+$ ]] || die "'$reference' is no reference of the form REGISTRY/NAME:TAG"
  [ ${#specs[@]} -gt 0 ] || die "which runtimes? There are $(runtime_names | xargs), and apt:PACKAGE"
  check_spec "${specs[@]}"
  # shellcheck disable=SC2119
  base
  compose "$name" "$reference" "${specs[@]}"
  oci_digest "$STATE/$name.tar"
}

all() {
  image python-node python node
  image php-perl-python php perl python
  # shellcheck disable=SC2046
  image grid $(runtime_names)
}

push() { # NAME REGISTRY
  install_packages skopeo:skopeo jq:jq
  [ -f "$STATE/$1.tar" ] || die "there is no $STATE/$1.tar yet"
  local plain=()
  [[ $2 != localhost:* && $2 != 127.0.0.1:* ]] || plain=(--dest-tls-verify=false)
  skopeo copy --quiet --preserve-digests "${plain[@]}" "oci-archive:$STATE/$1.tar" "docker://$2/$1:$DEBIAN_NUMBER" || die "$1 could not be pushed"
  echo "$2/$1@$(oci_digest "$STATE/$1.tar")"
}

main() {
  local verb=${1:-}
  [ $# -eq 0 ] || shift
  case $verb:$# in
    base:0 | all:0 | push:2) ;;
    base:1) [ "$1" = --new ] || { usage >&2; exit 2; } ;;
    image:*) [ $# -ge 1 ] || { usage >&2; exit 2; } ;;
    buildpacks:1) assemble_buildpacks "$1"; return ;;
    list:0) runtime_names; return ;;
    help:* | -h:* | --help:*) usage; return ;;
    *) usage >&2; exit 2 ;;
  esac
  prepare_state
  one_at_a_time
  "$verb" "$@"
}
main "$@"
