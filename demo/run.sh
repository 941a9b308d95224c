#!/usr/bin/env bash
# run.sh: an old tool and its crontab, line by line, on gridshim. Fails if anything the tool should have made is not there.
#
#   demo/run.sh             jobs run on this machine; needs no cluster, no root and no settings
#   demo/run.sh --cluster   jobs run on Kubernetes, as bob of tests/cluster (root becomes bob)
#   --keep                  leave the tool's directory for a look at it
#
# GRIDSHIM_BIN            the program to show (target/release/gridshim); with --cluster it is what /usr/local/bin links to
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
REPO=$(cd "$HERE/.." && pwd)
USER_HOME=$HOME
backend=local keep= ids=()
for word in "$@"; do
  case $word in
    --cluster) backend=kubernetes ;;
    --keep) keep=yes ;;
    *) sed -n '2,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
  esac
done
case $backend in local) deadline=120 ;; *) deadline=240 ;; esac

bold='' plain=''
[ ! -t 1 ] || bold=$'\e[1m' plain=$'\e[0m'
step=0
heading() { step=$((step + 1)); printf '\n%s%s. %s%s\n\n' "$bold" "$step" "$1" "$plain"; }
say() { printf '  %s\n' "$*"; }
indent() { sed 's/^/  | /'; }
# show COMMAND: prints it as typed, then what it prints.
show() { say "\$ $1"; bounded bash -c "$1" 2>&1 | indent || die "'$1' fails"; }
bounded() { timeout -k 2 30 "$@" < /dev/null; }

die() {
  printf '\n%sThe demo failed: %s%s\n' "$bold" "$1" "$plain" >&2
  if [ -n "${HOME_DIR:-}" ] && [ -d "$HOME_DIR" ]; then
    echo "What qstat says, the tool's files, and what it wrote to standard error:" >&2
    bounded qstat 2>&1 | indent >&2 || true
    (cd "$HOME_DIR" && find tool -type f ! -path 'tool/data/*' && tail -n 5 ./*.err) 2>&1 | indent >&2 || true
  fi
  exit 1
}

# wait_for WHAT COMMAND...: until it succeeds, within what is left of the deadline.
wait_for() {
  local what=$1; shift
  until "$@"; do
    [ "$SECONDS" -lt "$deadline" ] || die "$what: not within $deadline s"
    sleep 0.3
  done
}

# ---- what the demo needs -------------------------------------------------------------------------------------------------

if [ $backend = kubernetes ] && [ "$(id -u)" = 0 ]; then become=bob; else become=; fi

# Cron's own PATH is used to look for it: that is the one the crontab's lines run with.
TOOL_PATH=$(sed -n 's/^PATH=//p' "$HERE/tool/crontab")
has_python() { PATH=$TOOL_PATH command -v python3 > /dev/null; }
if ! has_python; then
  [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null || die "the tool is partly Python and there is no python3 in $TOOL_PATH: install it (Debian: apt-get install python3)"
  echo "python3 is missing: installing it with apt-get"
  export DEBIAN_FRONTEND=noninteractive
  { timeout 120 apt-get update -qq && timeout 300 apt-get install -y -qq --no-install-recommends python3; } < /dev/null > /dev/null ||
    die "apt-get could not install python3"
  has_python || die "python3 is installed but not in $TOOL_PATH"
  SECONDS=0
fi
[ -z "$become" ] || exec runuser -u $become -- env -u KUBECONFIG -u GRIDSHIM_SITE HOME="$(getent passwd $become | cut -d: -f6)" "${BASH_SOURCE[0]}" "$@"

PROGRAM=${GRIDSHIM_BIN:-$REPO/target/release/gridshim}
if [ $backend = local ]; then
  [ -x "$PROGRAM" ] || die "there is no $PROGRAM: run 'make demo', or 'cargo build --release' first"
  PROGRAM=$(readlink -f "$PROGRAM")
  HOME_DIR=$(mktemp -d "${TMPDIR:-/tmp}/gridshim-demo.XXXXXX")
else
  [ "$(basename "$(readlink -f "$(PATH=/usr/local/bin:$PATH command -v qsub || true)")")" = gridshim ] ||
    die "qsub in /usr/local/bin is not gridshim's: 'tests/cluster/cluster.sh up' installs it"
  [ -r "${KUBECONFIG:=$USER_HOME/.kube/config}" ] || die "$(id -un) has no $KUBECONFIG: 'tests/cluster/cluster.sh up' makes it for alice and bob"
  # Pods see the user's home at the same path, and nothing else of this machine.
  HOME_DIR=$(mktemp -d "$USER_HOME/gridshim-demo.XXXXXX")
fi

# ---- nothing is left behind ----------------------------------------------------------------------------------------------

no_job_left() { local left; left=$(listed) || return 1; for id in "${ids[@]}"; do ! grep -qx "$id" <<< "$left" || return 1; done; }
# The local backend's daemon ends by itself when it has been idle for 10 s; its directory goes now, so it goes, too.
daemons() {
  local process
  for process in /proc/[0-9]*; do
    tr '\0' '\n' 2>/dev/null < "$process/environ" | grep -qxF "GRIDSHIM_STATE=$HOME_DIR/state" || continue
    tr '\0' ' ' 2>/dev/null < "$process/cmdline" | grep -q ' local-daemon ' && echo "${process#/proc/}"
  done
  return 0
}
no_daemon_left() { [ -z "$(daemons)" ]; }

clean_up() {
  local status=$? process
  trap - EXIT
  if [ ${#ids[@]} -gt 0 ] && ! no_job_left; then
    bounded qdel "${ids[@]}" > /dev/null 2>&1 || true
    deadline=$((SECONDS + 30))
    until no_job_left; do [ "$SECONDS" -lt "$deadline" ] || { echo "still there: jobs ${ids[*]}" >&2; break; }; sleep 0.5; done
  fi
  if [ $backend = local ]; then
    for process in $(daemons); do kill "$process" 2>/dev/null || true; done
    deadline=$((SECONDS + 15))
    until no_daemon_left; do [ "$SECONDS" -lt "$deadline" ] || { echo "still there: process $(daemons)" >&2; break; }; sleep 0.2; done
  fi
  if [ -n "$keep" ]; then say "Kept: $HOME_DIR"; else rm -rf "$HOME_DIR"; fi
  exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# ---- the tool's account --------------------------------------------------------------------------------------------------

cp -R "$HERE/tool" "$HOME_DIR/tool"
mkdir -p "$HOME_DIR/tool/logs"
ENVIRONMENT=(HOME="$HOME_DIR" LOGNAME="$(id -un)" USER="$(id -un)" GRIDSHIM_BACKEND=$backend)
if [ $backend = local ]; then
  LINKS=$HOME_DIR/bin
  "$PROGRAM" install-links "$LINKS" || die "'$PROGRAM install-links' fails"
  ENVIRONMENT+=(GRIDSHIM_STATE="$HOME_DIR/state" GRIDSHIM_SITE="$REPO/compat/reference-site.toml")
else
  LINKS=/usr/local/bin
  ENVIRONMENT+=(KUBECONFIG="$KUBECONFIG")
  [ -z "${GRIDSHIM_SITE:-}" ] || ENVIRONMENT+=(GRIDSHIM_SITE="$GRIDSHIM_SITE")
fi
# Without a link of that name a real Grid Engine's command would be called.
for name in qsub qstat qdel qacct jsub jstart jstop; do [ -x "$LINKS/$name" ] || die "there is no $LINKS/$name"; done
unset SGE_ROOT SGE_CELL
export "${ENVIRONMENT[@]}" PATH="$LINKS:$PATH"
cd "$HOME_DIR"

# ---- asking --------------------------------------------------------------------------------------------------------------

listed() { bounded qstat | awk 'NR > 2 { print $1 }' | sort -u; }
no_job_listed() { local now; now=$(listed) && [ -z "$now" ]; }
# id_of NAME: of a job that a line of the crontab submitted.
id_of() { awk -v name="$1" '$2 == name { print $1; exit }' "$HOME_DIR/.jobs"; }
is_gone() { local now; now=$(listed) || return 1; ! grep -qx "$1" <<< "$now"; }
is_running() { bounded qstat | awk -v id="$1" '$1 == id && $5 == "r" { found = 1 } END { exit !found }'; }
# is_further JOB: a task beyond the first two runs.
is_further() { is_gone "$1" || bounded qstat | awk -v id="$1" '$1 == id && $5 == "r" && $NF > 2 { found = 1 } END { exit !found }'; }
parts() { find tool/parts -name '[0-9]' 2>/dev/null | wc -l; }
has_parts() { [ "$(parts)" -ge "$1" ]; }
has_line() { grep -q "$2" "$1" 2>/dev/null; }
# ended JOB TASKS: as many records of it are in the accounting.
ended() { [ "$(bounded qacct -j "$1" 2>/dev/null | grep -c '^jobnumber ')" -ge "$2" ]; }
all_good() { [ "$(bounded qacct -j "$1" | grep -c '^exit_status  0 *$')" = "$2" ] || die "job $1: qacct tells of another exit status than 0"; }
must_hold() { grep -q "$2" "$1" 2>/dev/null || die "$1: no line with \"$2\""; }
# new_jobs: notes what a line of the crontab has submitted.
new_jobs() {
  local row
  bounded qstat | awk 'NR > 2 { print $1, $3 }' | sort -u > .now
  while read -r row; do
    grep -qxF "$row" .jobs && continue
    grep -qxF "${row%% *}" .before && continue
    echo "$row" >> .jobs
    ids+=("${row%% *}")
  done < .now
}

# cron_runs LINE-OF-COMMAND: the way cron does it: a bare environment, the home, /bin/sh; what it prints would be mailed.
cron_runs() {
  local command=$1 input='' mail
  command=${command//\\%/$'\001'}
  if [[ $command == *%* ]]; then input=${command#*%} command=${command%%%*} input=${input//%/$'\n'}; fi
  command=${command//$'\001'/%} input=${input//$'\001'/%}
  # The links' directory stands for /usr/local/bin, where an administrator makes them.
  mail=$(timeout -k 2 60 env -i "${ENVIRONMENT[@]}" SHELL=/bin/sh PATH=/usr/bin:/bin "${CRON_ENVIRONMENT[@]}" \
    sh -c 'PATH='"$LINKS"':$PATH; exec "$SHELL" -c "$1"' sh "$command" <<< "$input" 2>&1) ||
    die "cron's command failed: $command"$'\n'"$mail"
  [ -z "$mail" ] || sed 's/^/       mail: /' <<< "$mail"
}

# ---- the show ------------------------------------------------------------------------------------------------------------

printf '%sgridshim: an old tool keeps running%s\n' "$bold" "$plain"
case $backend in
  local) say "The jobs run on this machine; with --cluster they run on Kubernetes. The tool's home: $HOME_DIR" ;;
  *) say "The jobs run on Kubernetes, as $(id -un). The tool's home: $HOME_DIR" ;;
esac

heading "The crontab, as it was left years ago"
indent < tool/crontab

heading "Cron takes its lines in turn: each one once, now"
listed > .before || die "qstat fails"
: > .jobs
CRON_ENVIRONMENT=()
setting='^[[:blank:]]*([A-Za-z_][A-Za-z0-9_]*)[[:blank:]]*=[[:blank:]]*(.*)$'
while IFS= read -r line; do
  line=${line#"${line%%[![:blank:]]*}"}
  case $line in '' | '#'*) continue ;; esac
  if [[ $line =~ $setting ]]; then
    value=${BASH_REMATCH[2]} value=${value%"${value##*[![:blank:]]}"}
    if [[ $value =~ ^\"(.*)\"$ || $value =~ ^\'(.*)\'$ ]]; then value=${BASH_REMATCH[1]}; fi
    CRON_ENVIRONMENT+=("$(sed -E "s/$setting/\1/" <<< "$line")=$value")
    continue
  fi
  fields=5; [ "${line:0:1}" != @ ] || fields=1
  when='' command=$line
  for ((field = 0; field < fields; field++)); do
    word=${command%%[[:blank:]]*} command=${command#"$word"} command=${command#"${command%%[![:blank:]]*}"}
    when+="${when:+ }$word"
  done
  printf '  %-12s %s\n' "$when" "$command"
  cron_runs "$command"
  new_jobs
done < tool/crontab
for name in watcher hourly nightly stats total; do [ -n "$(id_of $name)" ] || die "the crontab's job $name is not in qstat"; done
stats=$(id_of stats) total=$(id_of total) hourly=$(id_of hourly) nightly=$(id_of nightly) watcher=$(id_of watcher)

heading "While they run"
wait_for "a running task of stats" is_running "$stats"
show "qstat"
wait_for "a third running task of stats" is_further "$stats"
say ""
say "A little later: the array goes on, two tasks at a time, and total waits for its end."
show "qstat"

heading "What they wrote"
for id in "$hourly" "$nightly" "$stats" "$total"; do wait_for "the end of job $id" is_gone "$id"; done
wait_for "total.txt" test -s tool/total.txt
wait_for "the standard input job's peaks file" compgen -G 'tool/peaks-*.csv' > /dev/null
must_hold hourly.out "^job $hourly (hourly), readings of 2013-04-01T23:00"
must_hold tool/nightly.log "^== job $nightly .*started from $HOME_DIR/tool"
has_parts 6 || die "only $(parts) of 6 parts are there"
for task in 1 2 3 4 5 6; do must_hold "tool/logs/stats.o$stats.$task" "^task $task of 6: 20 "; done
[ "$(wc -l < "$(compgen -G 'tool/peaks-*.csv')")" = 3 ] || die "the peaks file has not three lines"
expected=$(awk -F, 'NR > 1 { sum += $3 } END { print NR - 1, sum }' "$HERE/tool/data/levels.csv")
[ "$(cat tool/total.txt)" = "$expected" ] || die "total.txt says '$(cat tool/total.txt)', the sum is '$expected'"
show "cat ~/hourly.out"
show "cat ~/tool/nightly.log"
show "cat ~/tool/peaks-*.csv"
show "cat ~/tool/logs/stats.o$stats.*"
show "cat ~/tool/total.log"
say ""
say "Checked: 6 parts, $(cut -d' ' -f1 tool/total.txt) rows, and the sum is right."

heading "The watcher: started again when it failed, stopped by hand"
wait_for "the watcher's second start" has_line watcher.out '^connected'
must_hold watcher.out '^server closed the connection'
must_hold watcher.err 'Respawning'
show "cat ~/watcher.out ~/watcher.err"
show "jstop watcher"
wait_for "the watcher's end" is_gone "$watcher"
show "qstat"
! no_job_listed || say "(nothing: no job is left)"

heading "The books"
for pair in "$hourly 1" "$nightly 1" "$stats 6" "$total 1" "$watcher 1"; do wait_for "qacct -j ${pair% *}" ended $pair; done
for pair in "$hourly 1" "$nightly 1" "$stats 6" "$total 1"; do all_good $pair; done
show "qacct -j $total | grep -E '^(qname|owner|jobname|jobnumber|start_time|failed|exit_status|ru_wallclock|maxvmem)'"
show "qacct -j $stats | awk '/^taskid/ { task = \$2 } /^exit_status/ { print \"task\", task, \"exit status\", \$2 }'"

heading "Everything was as the tool expects it ($SECONDS s)"
say "What to do next:"
if [ $backend = local ]; then
  say "  your own tool, here     $PROGRAM install-links ~/gridshim-bin"
  say "                          export PATH=~/gridshim-bin:\$PATH GRIDSHIM_BACKEND=local"
  say "                          qsub -cwd run.sh; qstat; qacct -j run.sh"
  say "  the same on Kubernetes  make demo CLUSTER=1"
  say "  look at the files       demo/run.sh --keep"
else
  say "  as bob                  runuser -u bob -- bash -lc 'qsub -b y hostname; qstat'"
  say "  what Kubernetes sees    kubectl -n grid-bob get jobs,pods"
  say "  your own cluster        deploy/ has the manifests, compat/reference-site.toml is a site.toml to start from"
fi
