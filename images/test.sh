#!/usr/bin/env bash
# Runs a small program of each runtime in each image: as a job does, through the launcher, as some user, on a read-only root.
# usage: images/test.sh [NAME...]   (without names: every image in the state directory)
set -euo pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
cd "$HERE"
. ./versions.sh
for part in common debian oci; do . "lib/$part.sh"; done
. lib/programs.sh

JOB_UID=52001 FAILED=0 OK=0

main() {
  local name names=("$@")
  prepare_state
  need_root test
  [ ${#names[@]} -gt 0 ] || mapfile -t names < <(find "$STATE" -maxdepth 1 -name '*.json' -printf '%f\n' | sed 's/\.json$//' | sort)
  [ ${#names[@]} -gt 0 ] || die "there is no image in $STATE yet; make one with build.sh"
  for name in "${names[@]}"; do test_image "$name"; done
  echo "$OK passed, $FAILED failed"
  [ "$FAILED" = 0 ]
}

test_image() { # NAME
  [ -f "$STATE/$1.json" ] || die "there is no image $1 in $STATE"
  local runtime bundle
  bundle=$(mktemp -d "$TMP/test.XXXXXX")
  oci_unpack "$STATE/$1.tar" "$bundle/root"
  oci_config "$STATE/$1.tar" | jq -r '.config.Env[]' > "$bundle/environment"
  mkdir -p "$bundle/home/job" "$bundle/root"/{proc,dev}
  write_programs "$bundle/home"
  chown -R "$JOB_UID:$JOB_UID" "$bundle/home"
  chmod 755 "$bundle" "$bundle/root"
  check "$1" "launcher is on PATH" launcher "$(in_image "$bundle" bash -c 'readlink "$(command -v launcher)"')" /cnb/lifecycle/launcher
  check "$1" "the working directory stays" launcher "$(launched "$bundle" pwd)" /home/job
  check "$1" "every user may read every file" unreadable "$(find "$bundle/root/layers" ! -type l ! -perm -o=r | wc -l)" 0
  for runtime in $(jq -r '.runtimes | keys[]' "$STATE/$1.json"); do test_runtime "$1" "$bundle" "$runtime"; done
  if has "$1" python node; then
    check "$1" "node a.js | python3 b.py" pipeline "$(launched "$bundle" bash -c 'node a.js | python3 b.py')" "python got: node says 42"
  fi
  rm -rf "$bundle"
}

has() { # NAME RUNTIME...
  local name=$1
  shift
  jq -e '(.runtimes | keys) as $have | $ARGS.positional - $have == []' "$STATE/$name.json" --args "$@" > /dev/null
}

# test_runtime NAME BUNDLE RUNTIME: its program says "ok"; also without the launcher, with nothing but a system's PATH.
test_runtime() {
  local program; program=$(program_of "$3")
  check "$1" "$3: $program" "by the launcher" "$(launched "$2" bash -c "$program")" ok
  check "$1" "$3: $program, without the launcher" bare "$(in_image "$2" bash -c "$program")" ok
}

# in_image BUNDLE COMMAND...: what it prints, run in the image by an unprivileged user, in /home/job, without any environment of ours.
in_image() {
  local bundle=$1
  shift
  unshare --mount --pid --net --fork --propagation private bash -euo pipefail -c '
    root=$1/root
    mount --bind "$root" "$root"
    mount --bind "$1/home" "$root/home"
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
    mount -o remount,ro,bind "$root"
    user=$2
    shift 2
    exec chroot "$root" env -i PATH=/usr/local/bin:/usr/bin:/bin HOME=/home/job USER=job LANG=C.UTF-8 \
      setpriv --reuid "$user" --regid "$user" --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all env -C /home/job "$@"' \
    test "$bundle" "$JOB_UID" "$@" 2>&1 < /dev/null || echo "exit code $?"
}

# launched BUNDLE COMMAND...: as the shepherd starts a job, with the image's own environment. `--`: no shell in between, and no profile
# is read. The launcher changes to CNB_APP_DIR, wherever it was.
launched() {
  local bundle=$1 environment
  shift
  mapfile -t environment < "$bundle/environment"
  in_image "$bundle" "${environment[@]}" CNB_APP_DIR=/home/job launcher -- "$@"
}

check() { # IMAGE WHAT KIND GOT WANTED
  if [ "$4" = "$5" ]; then
    OK=$((OK + 1))
    echo "ok     $1: $2"
  else
    FAILED=$((FAILED + 1))
    printf 'FAILED %s: %s (%s)\n%s\n' "$1" "$2" "$3" "$4" | sed '2,$s/^/       /'
  fi
}
main "$@"
