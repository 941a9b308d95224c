# shellcheck shell=bash
# The build plan: what a buildpack offers and what is asked of it.
set -euo pipefail
fail() { local id=${CNB_BUILDPACK_DIR%/*}; echo "${id##*_}: $*" >&2; exit 1; }

# offer NAME MARKER...: the answer of bin/detect. We can always bring NAME; we ask for it ourselves when a marker file is there. A
# buildpack that nobody asks drops out of the group, for all of them are optional.
offer() {
  local name=$1 marker
  shift
  printf '[[provides]]\nname = "%s"\n' "$name" >> "$CNB_BUILD_PLAN_PATH"
  for marker; do
    compgen -G "$marker" > /dev/null || continue
    require "$name" version ""
    return
  done
}

# require NAME KEY VALUE: with a word of metadata, unless VALUE is empty.
require() {
  printf '[[requires]]\nname = "%s"\n' "$1"
  [ -z "$3" ] || printf '[requires.metadata]\n%s = "%s"\n' "$2" "$3"
} >> "$CNB_BUILD_PLAN_PATH"

# asked KEY: each value of KEY in the entries of the build plan that we got, once.
asked() {
  sed -n "s/^ *$1 = \"\(.*\)\" *$/\1/p" "$CNB_BP_PLAN_PATH" | sort -u
}
