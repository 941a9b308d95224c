#!/usr/bin/env bash
# Runs fuzz targets one after another, SECONDS each, and keeps the smallest corpus that covers what they found.
#
#   fuzz/run.sh SECONDS [TARGET…]
#
# A crash stops the run; its input is in fuzz/artifacts/TARGET. Copy it to fuzz/corpus/TARGET, where `cargo test --test corpus`
# finds it, and repair what it shows.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
MOST=350
seconds=${1:?SECONDS is missing}
shift
# The coverage that libFuzzer needs is an unstable flag of a stable compiler.
export RUSTC_BOOTSTRAP=1
unset CARGO_TARGET_DIR
command -v cargo-fuzz >/dev/null || cargo install --locked cargo-fuzz
if [ $# -eq 0 ]; then
  mapfile -t all < <(cargo fuzz list)
  set -- "${all[@]}"
fi
nice -n 19 cargo fuzz build -s none
for target in "$@"; do
  [ -f "fuzz_targets/$target.rs" ] || { echo "fuzz/run.sh: $target: no target" >&2; exit 1; }
  echo "== $target"
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  mkdir -p "$scratch/new" "$scratch/least" "corpus/$target"
  nice -n 19 cargo fuzz run -s none "$target" "$scratch/new" "corpus/$target" -- \
    -max_total_time="$seconds" -max_len=4096 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1
  # Edges alone, not how often each was taken: that keeps hundreds of inputs, not thousands.
  nice -n 19 cargo fuzz run -s none "$target" "$scratch/least" "$scratch/new" "corpus/$target" -- \
    -merge=1 -use_counters=0 -max_len=4096 -timeout=10 -rss_limit_mb=2048 2>&1 | tail -n 1
  # Inputs that were put there by hand stay.
  find "corpus/$target" -type f -regex '.*/[0-9a-f]+' -delete
  # The smallest ones, as many as are kept (tests/corpus.rs).
  find "$scratch/least" -type f -printf '%s %p\n' | sort -n | head -n "$MOST" | cut -d' ' -f2- | xargs -r cp -t "corpus/$target"
  echo "$target: $(find "corpus/$target" -type f | wc -l) inputs, $(du -sb "corpus/$target" | cut -f1) bytes"
  rm -rf "$scratch"
done
