# For the clients' run scripts in shell.
set -euo pipefail
fail() { echo "check: $*" >&2; exit 1; }
# same WHAT HAVE WANT
same() { [ "$2" = "$3" ] || fail "$1 is '$2', not '$3'"; echo "check: $1 is '$2'"; }
# wait_for SECONDS WHAT COMMAND…
wait_for() {
  local end=$((SECONDS + $1)) what=$2; shift 2
  until "$@"; do [ $SECONDS -lt $end ] || fail "$what: not in time"; sleep 1; done
}
