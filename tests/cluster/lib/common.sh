# What every other part uses: words to the user, daemons with a recorded identity, waits with an end, and a journal of
# what was changed outside $DIR so that `down` can undo exactly that.
BIN=$DIR/bin LOG=$DIR/log PKI=$DIR/pki
RUN=/run/gridshim-cluster # sockets and containerd's state: short paths, gone after a reboot
export PATH=$BIN:/usr/sbin:/sbin:$PATH
# The cluster's programs may take more memory to collect garbage more rarely: processors are what is short.
export GOGC=400 GOMEMLIMIT=4GiB

say() { echo "cluster: $*" >&2; }
die() { say "$*"; exit 1; }

# identity PID: when that process started; a process number alone may have been given to another one since.
identity() {
  local stat
  { read -r stat < "/proc/$1/stat"; } 2>/dev/null || return 1
  stat=${stat##*) }
  [ "${stat%% *}" != Z ] || return 1 # dead, and nobody has reaped it yet
  set -- $stat
  echo "${20}"
}

# alive NAME: whether the daemon that we recorded under this name still runs.
alive() {
  local pid started
  { read -r pid started < "$DIR/pid/$1"; } 2>/dev/null || return 1
  [ "$(identity "$pid")" = "$started" ]
}

# start NAME COMMAND...: unless it runs already. A session of its own, and none of our file descriptors: a CI pipe held
# open by a daemon would keep the CI waiting for ever.
start() {
  local name=$1
  shift
  alive "$name" && return
  mkdir -p "$DIR/pid" "$LOG"
  (
    for fd in /proc/self/fd/*; do
      fd=${fd##*/}
      [ "$fd" -le 2 ] || eval "exec $fd>&-" 2>/dev/null || true
    done
    exec setsid "$@"
  ) >> "$LOG/$name.log" 2>&1 < /dev/null &
  echo "$! $(identity $!)" > "$DIR/pid/$name"
}

# stop NAME...: asks all of them, waits for their end, then insists.
stop() {
  local name pid
  for name; do alive "$name" && { read -r pid _ < "$DIR/pid/$name"; kill "$pid" 2>/dev/null; } || true; done
  for name; do
    if alive "$name" && ! quietly_until 20 gone "$name"; then
      read -r pid _ < "$DIR/pid/$name"
      kill -9 "$pid" 2>/dev/null || true
      quietly_until 5 gone "$name" || say "$name does not end"
    fi
    rm -f "$DIR/pid/$name"
  done
}
gone() { ! alive "$1"; }

# quietly_until SECONDS COMMAND...: tries every tenth of a second until it succeeds.
quietly_until() {
  local end=$((SECONDS + $1))
  shift
  until "$@" > /dev/null 2>&1 < /dev/null; do
    [ $SECONDS -lt $end ] || return 1
    sleep 0.1
  done
}

# wait_for WHAT DAEMON COMMAND...: at most a minute, and no longer than the daemon lives.
wait_for() {
  local what=$1 daemon=$2 end=$((SECONDS + 60))
  shift 2
  until "$@" > /dev/null 2>&1 < /dev/null; do
    [ $SECONDS -lt $end ] || die "no $what after a minute; see $LOG/$daemon.log"
    alive "$daemon" || { tail -n 3 "$LOG/$daemon.log" >&2; die "$daemon ended before there was a $what; see $LOG/$daemon.log"; }
    sleep 0.1
  done
}

# The journal: one action to undo per line, undone last first.
# take_over PATH: from now on this path is ours; what was there comes back at `down`.
take_over() {
  local kept=none
  grep -qxE "path [^ ]+ $1" "$DIR/journal" 2>/dev/null && return
  if [ -e "$1" ] || [ -L "$1" ]; then
    mkdir -p "$DIR/kept"
    kept=$(mktemp -u "$DIR/kept/XXXXXX")
    mv "$1" "$kept"
  fi
  echo "path $kept $1" >> "$DIR/journal"
}

# note_absent PATH...: daemons may make it; if it is not there yet, it goes at `down`.
note_absent() {
  local path
  for path; do [ -e "$path" ] || grep -qxE "path [^ ]+ $path" "$DIR/journal" 2>/dev/null || echo "path none $path" >> "$DIR/journal"; done
}

# remember KIND WORDS...: notes something else to undo; the first note of a thing counts.
remember() {
  grep -q "^$1 $2 " "$DIR/journal" 2>/dev/null || echo "$* " >> "$DIR/journal"
}

undo_all() {
  [ -f "$DIR/journal" ] || return 0
  local kind what rest
  tac "$DIR/journal" | while read -r kind what rest; do
    case $kind in
      path) rm -rf "$rest"; [ "$what" = none ] || mv "$what" "$rest" ;;
      mode) chmod "$rest" "$what" ;;
      sysctl) sysctl -qw "$what=$rest" || true ;;
      user) userdel -r "$what" > /dev/null 2>&1 || say "the user $what could not be removed" ;;
      address) ip addr del "$what" dev lo 2>/dev/null || true ;;
      group) groupdel "$what" 2>/dev/null || true ;;
    esac
  done
  rm -rf "$DIR/journal" "$DIR/kept"
}
