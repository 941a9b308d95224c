#!/usr/bin/env bash
# Prints one line per system from the output of `cargo test --test compliance`: how many cases behave
# like Grid Engine. Known failures and exclusions (known.txt) count as not met.
#
#   GRID_UNDER_TEST=local cargo test --test compliance -- --test-threads 4 | tests/compliance/score.sh local
set -euo pipefail
system=${1:-${GRID_UNDER_TEST:-theirs}}
known=$(dirname "$0")/known.txt
awk -v name="$system" '
  FILENAME == ARGV[1] { if ($1 == name) kind[$2] = $3; next }
  /^test known::/ { next }
  /^test .* \.\.\. / {
    total++; seen[$2] = 1
    if ($2 in kind) { if ($NF == "ok") counted[kind[$2]]++; else broken++ }
    else if ($NF == "ok") met++
    else broken++
  }
  END {
    printf "%s: %d of %d", name, met, total
    if (counted["fails"]) printf ", %d known to fail", counted["fails"]
    if (counted["excluded"]) printf ", %d excluded", counted["excluded"]
    if (broken) printf ", %d UNEXPECTED", broken
    for (entry in kind) if (!(entry in seen)) { printf ", no such case: %s", entry; broken++ }
    print ""
    exit broken || !total ? 1 : 0
  }' "$known" -
