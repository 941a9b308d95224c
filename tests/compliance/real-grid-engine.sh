#!/usr/bin/env bash
# Starts a real one-host Grid Engine 8.1.9 (Debian's gridengine packages) on this machine:
# the reference that every compatibility claim is checked against.
#
#   real-grid-engine.sh up      install if needed, start, configure; may be repeated
#   real-grid-engine.sh down    stop the daemons
#
# After `up`: queues all.q, continuous and task (4 slots each), parallel environments smp and make,
# resource `release` (this host offers buster), users alice (uid 5001) and bob (uid 5002), group tools
# (gid 6001), managers root and sgeadmin. Job ids start at 1000, so that no recorded text mixes them up
# with other numbers. Needs root and Debian's package archive. It rewrites the 127.0.0.1 line of
# /etc/hosts: Grid Engine refuses a host whose first name is localhost.
set -euo pipefail
export PATH=/usr/sbin:/usr/bin:/sbin:/bin # the real commands, not the links that gridshim may have in /usr/local/bin
export SGE_ROOT=/var/lib/gridengine SGE_CELL=default DEBIAN_FRONTEND=noninteractive
host=$(hostname)

# Every command of Grid Engine's gets a deadline: without its master it would wait for minutes.
client() { timeout 20 "$@" </dev/null; }
as_admin() { timeout 20 su -s /bin/sh sgeadmin -c "$*" </dev/null; }

# The daemons hand their own environment on to jobs, so they get a bare one; and none of the caller's
# files, or a pipe that waits for this script's end would wait for the daemons'.
start_daemon() {
  timeout 60 setsid env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 SGE_ROOT=$SGE_ROOT SGE_CELL=$SGE_CELL \
    bash -c 'for fd in /proc/self/fd/*; do fd=${fd##*/}; [ "$fd" -le 2 ] || eval "exec $fd>&-"; done; exec "$@"' sh "$@" \
    </dev/null >/dev/null 2>&1
}

wait_for() { # seconds, what, command...
  local end=$((SECONDS + $1)) what=$2; shift 2
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $end ] || { echo "real-grid-engine: $what: no success in time" >&2; return 1; }
    sleep 0.3
  done
}

ensure_packages() {
  command -v qconf >/dev/null && [ -x /usr/lib/gridengine/sge_qmaster ] && [ -x /usr/lib/gridengine/sge_execd ] && return
  debconf-set-selections <<CONF
gridengine-common shared/gridenginecell string default
gridengine-common shared/gridengineconfig boolean true
gridengine-client shared/gridenginemaster string $host
gridengine-master shared/gridengineconfig boolean true
gridengine-exec shared/gridenginemaster string $host
CONF
  timeout 300 apt-get update -qq </dev/null
  # The packages start the daemons while they are installed, and what those inherit stays open: a file, not our pipe.
  local log; log=$(mktemp)
  timeout 900 apt-get install -y -qq gridengine-master gridengine-exec gridengine-client </dev/null >"$log" 2>&1 ||
    { tail -30 "$log" >&2; return 1; }
  rm -f "$log"
}

ensure_hosts() {
  # Written in place: /etc/hosts may be a mount point, so no sed -i. And only when needed.
  if ! grep -q "^127\.0\.0\.1 $host localhost$" /etc/hosts; then
    local others; others=$(grep -v '^127\.0\.[01]\.1[[:space:]]' /etc/hosts || true)
    printf '127.0.0.1 %s localhost\n%s\n' "$host" "$others" > /etc/hosts
  fi
  [ "$(cat $SGE_ROOT/$SGE_CELL/common/act_qmaster 2>/dev/null)" = "$host" ] || echo "$host" > $SGE_ROOT/$SGE_CELL/common/act_qmaster
}

ensure_users() {
  getent group tools >/dev/null || groupadd -g 6001 tools
  id alice >/dev/null 2>&1 || useradd -m -u 5001 -g tools -s /bin/bash alice
  id bob   >/dev/null 2>&1 || useradd -m -u 5002 -g tools -s /bin/bash bob
}

# The master reads its counter once, when it starts.
ensure_high_ids() {
  local counter=/var/spool/gridengine/qmaster/jobseqnum
  [ "$(cat $counter 2>/dev/null || echo 0)" -lt 1000 ] || return 0
  if pgrep -x sge_qmaster >/dev/null; then
    timeout 60 /etc/init.d/gridengine-master stop </dev/null >/dev/null 2>&1 || true
    wait_for 60 'stopping the master' eval '! pgrep -x sge_qmaster'
  fi
  echo 1000 > $counter; chown sgeadmin: $counter
}

configure() {
  as_admin qconf -ah "$host" >/dev/null 2>&1 || true
  as_admin qconf -as "$host" >/dev/null 2>&1 || true
  as_admin qconf -am root    >/dev/null 2>&1 || true
  local dir; dir=$(mktemp -d)
  printf 'group_name @allhosts\nhostlist %s\n' "$host" > "$dir/hg"
  client qconf -shgrp @allhosts >/dev/null 2>&1 || client qconf -Ahgrp "$dir/hg" >/dev/null
  local pe
  for pe in smp make; do
    cat > "$dir/pe" <<PE
pe_name            $pe
slots              999
user_lists         NONE
xuser_lists        NONE
start_proc_args    NONE
stop_proc_args     NONE
allocation_rule    \$pe_slots
control_slaves     TRUE
job_is_first_task  TRUE
urgency_slots      min
accounting_summary TRUE
qsort_args         NONE
PE
    client qconf -sp $pe >/dev/null 2>&1 || client qconf -Ap "$dir/pe" >/dev/null
  done
  local q
  for q in all.q continuous task; do
    client qconf -sq $q >/dev/null 2>&1 && continue
    client qconf -sq > "$dir/q"
    sed -i -e "s/^qname .*/qname $q/" -e 's/^hostlist .*/hostlist @allhosts/' \
      -e 's/^slots .*/slots 4/' -e 's/^pe_list .*/pe_list smp make/' \
      -e 's/^load_thresholds .*/load_thresholds NONE/' \
      -e 's/^shell .*/shell \/bin\/bash/' -e 's/^rerun .*/rerun TRUE/' "$dir/q"
    client qconf -Aq "$dir/q" >/dev/null
  done
  # React at once instead of on the default 15 s schedule.
  client qconf -ssconf | sed -e 's/^schedule_interval .*/schedule_interval 0:0:1/' \
    -e 's/^flush_submit_sec .*/flush_submit_sec 1/' -e 's/^flush_finish_sec .*/flush_finish_sec 1/' > "$dir/s"
  client qconf -Msconf "$dir/s" >/dev/null 2>&1
  client qconf -sc > "$dir/c.old"
  grep -q '^release ' "$dir/c.old" || {
    { grep -v '^#' "$dir/c.old"; echo 'release release STRING == YES NO NONE 0'; } > "$dir/c"
    client qconf -Mc "$dir/c" >/dev/null
  }
  client qconf -rattr exechost complex_values release=buster "$host" >/dev/null 2>&1 || true
  rm -rf "$dir"
}

# One that was killed leaves its pid file, and for a while its port: so it is started until it stays.
running() { ps -C "$1" -o stat= | grep -qv '^Z'; }
started() { # process, init script
  running "$1" && return
  rm -f "/run/gridengine/${1#sge_}.pid" "/var/spool/gridengine/qmaster/${1#sge_}.pid"
  start_daemon "/etc/init.d/gridengine-$2" start || true
  sleep 1
}
master_answers() { started sge_qmaster master; timeout 5 qconf -sconf </dev/null; }
host_is_up() { started sge_execd exec; client qstat -f | grep 'task@.* 0/[0-9]*/4 .*[0-9] .*' | grep -qv ' au *$'; }

case "${1:-}" in
  up)
    ensure_packages; ensure_hosts; ensure_users; ensure_high_ids
    wait_for 120 'the master answers' master_answers
    as_admin qconf -am root >/dev/null 2>&1 || true
    configure
    wait_for 120 'the host reports its load' host_is_up
    configure
    client qstat -f ;;
  down)
    client qconf -kej all >/dev/null 2>&1 || true
    wait_for 30 'stopping the execution daemon' eval '! pgrep -x sge_execd' || true
    client qconf -km >/dev/null 2>&1 || true
    wait_for 60 'stopping the daemons' eval '! pgrep -x sge_qmaster && ! pgrep -x sge_execd' || { pgrep -a sge_ >&2; exit 1; } ;;
  *) sed -n '2,12p' "$0" | sed 's/^# \{0,1\}//'; exit 2 ;;
esac
