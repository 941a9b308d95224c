# The three grids: how each is started, and the directory of commands that the clients find first in PATH.
SYSTEM_ENVIRONMENT=() commands='' public=''

start_system() {
  case $system in
    theirs)
      timeout 600 "$REPO/tests/compliance/real-grid-engine.sh" up >/dev/null || return 1
      SYSTEM_ENVIRONMENT=(SGE_ROOT=/var/lib/gridengine SGE_CELL=default)
      commands=/usr/bin ;;
    local)
      install_gridshim && getent passwd bob >/dev/null || useradd -m -s /bin/bash bob || return 1
      cp "$REPO/compat/reference-site.toml" "$public/site.toml" && chmod 644 "$public/site.toml"
      install -d -o bob -m 700 "$public/state"
      SYSTEM_ENVIRONMENT=(GRIDSHIM_BACKEND=local GRIDSHIM_SITE="$public/site.toml" GRIDSHIM_STATE="$public/state") ;;
    kubernetes) . "$HERE/lib/kubernetes.sh" && start_kubernetes ;;
  esac
}

# install_gridshim: where bob can read it.
install_gridshim() {
  [ -n "${GRIDSHIM_BIN:-}" ] || { (cd "$REPO" && cargo build --quiet --bin gridshim) || return 1; GRIDSHIM_BIN=$REPO/target/debug/gridshim; }
  public=$(mktemp -d /tmp/gridshim-clients.XXXXXX) && chmod 755 "$public" && cp "$GRIDSHIM_BIN" "$public/gridshim" &&
    "$public/gridshim" install-links "$public/links" >/dev/null && commands=$public/links
}

# make_commands DIRECTORY: one script for each command, which notes its call and then is the command. Clients that hand on none of
# their environment still reach the grid under test.
make_commands() {
  local name setting
  mkdir -p "$1"
  for name in qsub qstat qdel qacct qhold qrls qalter qconf qhost qselect qmod qresub qrsh; do
    [ -x "$commands/$name" ] || continue
    {
      echo '#!/bin/bash'
      for setting in "${SYSTEM_ENVIRONMENT[@]}"; do printf 'export %q\n' "$setting"; done
      printf '{ printf %%s %s; [ $# = 0 ] || printf "\\t%%s" "${@//[[:cntrl:]]/ }"; echo; } 2>/dev/null >>%q\n' "$name" "${1%/*}/trace"
      printf 'exec %q "$@"\n' "$commands/$name"
    } >"$1/$name"
    chmod 755 "$1/$name"
  done
}

stop_system() {
  local process
  [ -n "$public" ] || return 0
  for process in $(pgrep -f "^$public/gridshim "; pgrep -f "^[^ ]*/gridshim local-daemon" -u bob); do
    tr '\0' '\n' 2>/dev/null <"/proc/$process/environ" | grep -qxF "GRIDSHIM_STATE=$public/state" && kill "$process" 2>/dev/null
  done
  rm -rf "$public"
}
