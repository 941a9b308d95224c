#!/usr/bin/env bash
# Third-party programs that drive Grid Engine by its commands, unmodified, on a grid: each submits real work as bob and checks
# what came back. One line for each: name, version, result, seconds, what it called. Exit code 1 if one failed.
#
#   tests/clients/run.sh [theirs|local|kubernetes] [CLIENT…]     default: local, all clients
#   --keep                    leave the clients' directories for a look at them
#
# theirs is the real Grid Engine 8.1.9 (tests/compliance/real-grid-engine.sh), kubernetes the test cluster (tests/cluster); both are
# started if they do not run, and left running. Needs root, for bob and for Debian's packages.
# GRIDSHIM_CLIENTS_CACHE    where the virtualenvs are kept (/var/tmp/gridshim-clients); bob must be able to read it
# GRIDSHIM_BIN              the program to test (target/debug/gridshim, built first; on kubernetes what is installed there)
# GRIDSHIM_CLIENTS_LINES    how much of what a failed client printed is shown (40)
set -uo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
REPO=$(cd "$HERE/../.." && pwd)
CACHE=${GRIDSHIM_CLIENTS_CACHE:-/var/tmp/gridshim-clients}
system='' keep='' clients=() lines=() failed=0 work=''
for word in "$@"; do
  case $word in
    theirs | local | kubernetes) system=$word ;;
    --keep) keep=yes ;;
    -*) sed -n '2,12s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
    *) [ -x "$HERE/$word/run" ] || { echo "clients: no client '$word' in $HERE" >&2; exit 2; }; clients+=("$word") ;;
  esac
done
system=${system:-local}
[ ${#clients[@]} -gt 0 ] || for run in "$HERE"/*/run; do clients+=("$(basename "$(dirname "$run")")"); done
say() { echo "clients: $*" >&2; }
die() { say "$*"; exit 1; }
[ "$(id -u)" = 0 ] || die "must run as root: the clients run as bob, who is made if he does not exist"
. "$HERE/lib/install.sh"
. "$HERE/lib/system.sh"

# as_bob COMMAND…: in a bare environment like a login's, with the client's programs and ours first in PATH.
as_bob() {
  runuser -u bob -- env -i HOME=/home/bob USER=bob LOGNAME=bob SHELL=/bin/bash LANG=C.UTF-8 TERM=dumb \
    PATH="$dir/commands:$CACHE/$client/bin:/usr/local/bin:/usr/bin:/bin" GRIDSHIM_CLIENT_RUN="$dir" CLIENT_CACHE="$CACHE/$client" GRID_UNDER_TEST="$system" \
    "${SYSTEM_ENVIRONMENT[@]}" "$@" </dev/null
}

# used: the commands that the client called and their options, from the trace of its calls.
used() {
  [ -f "$dir/trace" ] || { echo "nothing"; return; }
  awk -F '\t' '{ seen[$1] = seen[$1]; for (at = 2; at <= NF; at++) if ($at ~ /^-[a-zA-Z]/ && !(($1, $at) in have)) { have[$1, $at]; seen[$1] = seen[$1] " " $at } }
    END { for (name in seen) print name seen[name] }' "$dir/trace" | sort | paste -sd, | sed 's/,/, /g'
}

# jobs_left: ids of this client's jobs that are still there; others' tests may run as bob, too.
jobs_left() {
  local id
  for id in $(as_bob timeout 30 "$commands/qstat" 2>/dev/null | awk 'NR > 2 { print $1 }' | sort -u); do
    as_bob timeout 30 "$commands/qstat" -j "$id" 2>/dev/null | grep -q "^sge_o_workdir: *$dir" && echo "$id"
  done
}
processes_left() {
  local process
  for process in $(pgrep -u bob); do
    tr '\0' '\n' 2>/dev/null <"/proc/$process/environ" | grep -qxF "GRIDSHIM_CLIENT_RUN=$dir" && echo "$process"
  done
}

run_client() {
  local client=$1 start=$SECONDS code=0 version result DEADLINE=180 id left
  local dir=$work/$client
  [ ! -f "$HERE/$client/about.sh" ] || . "$HERE/$client/about.sh"
  [ "$system" != kubernetes ] || DEADLINE=$((DEADLINE * 2))
  version=$(version_of "$client") || { code=1; version=?; }
  mkdir "$dir" && cp -R "$HERE/$client/." "$HERE/lib/check.sh" "$HERE/lib/check.py" "$dir" && make_commands "$dir/commands" && chown -R bob: "$dir" || return 1
  (cd "$dir" && as_bob timeout --kill-after=10 "$DEADLINE" ./run) >"$dir/log" 2>&1 || code=$?
  left=$(jobs_left)
  [ -z "$left" ] || as_bob timeout 60 "$commands/qdel" $left >/dev/null 2>&1
  for id in $(processes_left); do kill -9 "$id" 2>/dev/null; done
  case $code in
    0) result=ok ;;
    *) if grep -q "^$system $client " "$HERE/known.txt"; then result=known; else result=FAILED failed=1; fi ;;
  esac
  if [ $code -ne 0 ]; then
    [ $code -ne 124 ] || echo "not done after $DEADLINE s" >>"$dir/log"
    say "$client on $system: exit $code; the end of what it printed:"
    tail -n "${GRIDSHIM_CLIENTS_LINES:-40}" "$dir/log" | sed "s/^/  $client| /" >&2
    [ ! -f "$dir/trace" ] || tail -n 10 "$dir/trace" | sed "s/^/  $client called| /" >&2
  fi
  lines+=("$(printf '%-18s %-10s %-7s %4d s  %s' "$client" "$version" "$result" $((SECONDS - start)) "$(used)")")
  echo "${lines[-1]}"
}

finish() {
  local status=$?
  trap - EXIT
  stop_system
  if [ -z "$work" ] || [ -n "$keep" ]; then [ -z "$work" ] || say "kept: $work"; else rm -rf "$work"; fi
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

for client in "${clients[@]}"; do install_client "$client" || die "$client could not be installed"; done
start_system || die "$system could not be started"
# In bob's home, which is what pods see of this machine.
work=$(mktemp -d /home/bob/clients.XXXXXX) && chown bob: "$work" && chmod 755 "$work" || exit 1
for client in "${clients[@]}"; do run_client "$client" || { failed=1; lines+=("$client: could not be run"); }; done
echo
echo "== $system"
printf '%s\n' "${lines[@]}"
exit $failed
