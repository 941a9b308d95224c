#!/usr/bin/env bash
# Everything a change must pass, in one go: lint, unit tests, the local backend, and as root the compliance suite on the real
# Grid Engine, on the local backend and on a real Kubernetes, with that cluster's own tests. Every part has a deadline; what was
# started is stopped; the last lines are a summary.
#
#   tests/run.sh [PART…]   lint unit local theirs kubernetes (default: all these), kueue: the cluster's cases beside a Kueue
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
parts=${*:-lint unit local theirs kubernetes}
target=$(uname -m)-unknown-linux-gnu
export GRIDSHIM_BIN=$PWD/target/debug/gridshim GRIDSHIM_SHEPHERD_BIN=$PWD/target/$target/release/gridshim-shepherd
export CARGO_TERM_COLOR=never
summary=()
public=
failed=0
grid_was_up=$(pgrep -x sge_qmaster >/dev/null && echo 1 || echo 0)

wants() { [[ " $parts " == *" $1 "* ]]; }

# step NAME SECONDS COMMAND…: runs it under a deadline, without the caller's standard input.
step() {
  local name=$1 limit=$2 start=$SECONDS code=0
  shift 2
  echo "== $name"
  timeout --kill-after=20 "$limit" "$@" </dev/null || code=$?
  [ $code -eq 124 ] && echo "== $name: not done after $limit s"
  [ $code -eq 0 ] || failed=1
  summary+=("$(printf '%-44s %s %4d s' "$name" "$([ $code -eq 0 ] && echo 'ok    ' || echo "FAILED")" $((SECONDS - start)))")
  return $code
}

finish() {
  trap - EXIT
  if { wants kubernetes || wants kueue; } && [ "$(id -u)" = 0 ]; then timeout 120 tests/cluster/cluster.sh wipe </dev/null >/dev/null 2>&1; fi
  if wants theirs && [ "$grid_was_up" = 0 ] && [ "$(id -u)" = 0 ]; then timeout 90 tests/compliance/real-grid-engine.sh down </dev/null >/dev/null 2>&1; fi
  [ -z "$public" ] || rm -rf "$public"
  echo
  printf '%s\n' "${summary[@]}"
  exit $failed
}
trap finish EXIT
trap 'exit 130' INT TERM

# compliance SYSTEM [SITE]: the same cases on one system; shows what fails, and the score.
compliance() {
  set -o pipefail
  GRID_UNDER_TEST=$1 GRIDSHIM_COMMANDS=$public/commands GRIDSHIM_SITE=${2:-$public/reference-site.toml} \
    cargo test --test compliance -- --test-threads 6 2>&1 | tee "$public/$1.log" | grep -v '^test .* ok$'
  tests/compliance/score.sh "$1" <"$public/$1.log"
}
export -f compliance

if wants lint; then
  step "rustfmt" 60 cargo fmt --check
  step "clippy" 900 cargo clippy --quiet --all-targets -- -D warnings
fi
step "build" 1200 cargo build --quiet --tests --bins || exit 1
step "static shepherd" 600 env RUSTFLAGS="-C target-feature=+crt-static" \
  cargo build --quiet --release --no-default-features --bin gridshim-shepherd --target "$target" || exit 1
# Users who may not look into this checkout run the commands too.
public=$(mktemp -d /tmp/gridshim-test.XXXXXX) && chmod 755 "$public" && mkdir "$public/commands" &&
  cp target/debug/gridshim compat/reference-site.toml "$public" && "$public/gridshim" install-links "$public/commands" || exit 1
export public GRIDSHIM_ADMIN_KUBECONFIG=${GRIDSHIM_CLUSTER:-/var/tmp/gridshim-cluster}/admin.kubeconfig

if wants unit; then
  step "unit tests" 300 cargo test --lib --bins
  step "rules of the house" 120 cargo test --test imports --test documents --test pages
  step "commands and properties" 300 cargo test --test commands --test properties --test corpus --test every_option \
    --test qacct --test accounting --test recorded --test runtime
  step "shepherd" 300 cargo test --test shepherd
fi
if wants local; then
  step "local backend" 300 cargo test --test local --test mail
  step "bad input" 300 cargo test --test bad_input
  step "wrappers" 300 cargo test --test jsub
  step "crontab" 300 cargo test --test crontab --test cron_times
fi
if [ "$(id -u)" != 0 ]; then
  echo "== not root: no real Grid Engine, no cluster, no compliance suite (they need root)"
  exit
fi
if wants theirs; then
  step "start the real Grid Engine" 600 tests/compliance/real-grid-engine.sh up &&
    step "compliance on the real Grid Engine" 900 bash -c 'compliance theirs'
fi
if wants local; then
  step "compliance on the local backend" 900 bash -c 'compliance local'
fi
if wants kubernetes; then
  # Whatever an interrupted run left goes first; programs and images stay.
  timeout 120 tests/cluster/cluster.sh wipe </dev/null
  step "start Kubernetes" 2400 tests/cluster/cluster.sh up &&
    { step "cluster" 300 tests/cluster/smoke.sh
      step "an image of two runtimes" 1500 tests/cluster/cluster.sh images
      step "kpack's manifests" 900 env KUBECONFIG="$GRIDSHIM_ADMIN_KUBECONFIG" PATH="${GRIDSHIM_ADMIN_KUBECONFIG%/*}/bin:$PATH" \
        GRIDSHIM_IMAGES_STATE="${GRIDSHIM_ADMIN_KUBECONFIG%/*}/images/buildpacks" images/kpack/check.sh
      step "Kubernetes backend" 1200 env GRIDSHIM_TEST_CLUSTER=1 cargo test --test kubernetes
      step "compliance on Kubernetes" 1200 bash -c 'compliance kubernetes'; }
fi
if wants kueue; then
  timeout 120 tests/cluster/cluster.sh wipe </dev/null
  step "start Kubernetes" 2400 tests/cluster/cluster.sh up && step "start Kueue" 1800 tests/cluster/cluster.sh kueue &&
    { step "Kueue" 600 env GRIDSHIM_TEST_CLUSTER=1 GRIDSHIM_TEST_KUEUE=1 cargo test --test kubernetes kueue::
      step "Kubernetes backend beside Kueue" 1200 env GRIDSHIM_TEST_CLUSTER=1 cargo test --test kubernetes
      step "compliance beside Kueue" 1200 env GRIDSHIM_TEST_KUEUE=1 bash -c 'compliance kubernetes /etc/gridshim/site.toml'; }
fi
