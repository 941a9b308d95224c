#!/usr/bin/env bash
# Reads the output of a whole `cargo test --test compliance`, prints one line, and keeps compat/score.md: how many cases behave
# like Grid Engine, by file, and what known.txt says of the others. Known failures and exclusions count as not met.
#
#   GRID_UNDER_TEST=local cargo test --test compliance -- --test-threads 4 | tests/compliance/score.sh local
#
# The score may only rise: the page is written when it does (commit it), and the run fails when it falls. Where cases were taken
# away on purpose, UPDATE=1 writes the lower score.
set -euo pipefail
system=${1:-${GRID_UNDER_TEST:-theirs}}
here=$(cd "$(dirname "$0")" && pwd)
known=$here/known.txt
page=$here/../../compat/score.md
section=$(mktemp)
trap 'rm -f "$section" "$section.new"' EXIT

# The section of this system: its heading has the numbers, the ratchet reads them there.
LC_ALL=C awk -v name="$system" -v section="$section" '
  FILENAME == ARGV[1] {
    if ($1 != name) next
    kind[$2] = $3
    reason[$2] = $0
    sub(/^[^ \t]+[ \t]+[^ \t]+[ \t]+[^ \t]+[ \t]+/, "", reason[$2])
    next
  }
  /^test known::/ { next }
  /^test .* \.\.\. / {
    total++; seen[$2] = 1
    split($2, part, "::"); file = part[1]
    files[file]++
    if ($2 in kind) { if ($NF == "ok") { counted[kind[$2]]++; byfile[file, kind[$2]]++ } else broken++ }
    else if ($NF == "ok") { met++; byfile[file, "met"]++ }
    else broken++
  }
  function sorted(list, out,   n, i, j, key, word) {
    n = 0
    for (key in list) out[++n] = key
    for (i = 2; i <= n; i++) {
      word = out[i]
      for (j = i - 1; j >= 1 && out[j] > word; j--) out[j + 1] = out[j]
      out[j + 1] = word
    }
    return n
  }
  END {
    line = sprintf("%s: %d of %d", name, met, total)
    if (counted["fails"]) line = line sprintf(", %d known to fail", counted["fails"])
    if (counted["excluded"]) line = line sprintf(", %d excluded", counted["excluded"])
    printf "%s", line
    if (broken) printf ", %d UNEXPECTED", broken
    for (entry in kind) if (!(entry in seen)) { printf ", no such case: %s", entry; broken++ }
    print ""
    print "## " line "\n" > section
    print "| file | cases | met | known to fail | excluded |\n| --- | ---: | ---: | ---: | ---: |" > section
    n = sorted(files, order)
    for (i = 1; i <= n; i++) {
      f = order[i]
      printf "| %s | %d | %d | %s | %s |\n", f, files[f], byfile[f, "met"], byfile[f, "fails"], byfile[f, "excluded"] > section
    }
    for (k = 1; k <= 2; k++) {
      word = k == 1 ? "fails" : "excluded"
      if (!counted[word]) continue
      print (k == 1 ? "\nKnown to fail:\n" : "\nExcluded:\n") > section
      delete order
      n = sorted(kind, order)
      for (i = 1; i <= n; i++) if (kind[order[i]] == word && order[i] in seen) printf "- `%s`: %s\n", order[i], reason[order[i]] > section
    }
    print "" > section
    exit broken || !total ? 1 : 0
  }' "$known" - || exit 1

number() { sed -n "s/^## $system: \([0-9]*\) of .*/\1/p" "$1"; }
met=$(number "$section")
before=$(number "$page" 2>/dev/null || true)
if [ -n "$before" ] && [ "$met" -lt "$before" ] && [ -z "${UPDATE:-}" ]; then
  echo "$system: the score fell from $before to $met (compat/score.md)" >&2
  exit 1
fi
# The section takes its place; a new system's goes to the end.
[ -f "$page" ] || printf '%s\n' '# Score' '' \
  'How many cases of the compliance suite behave like Grid Engine 8.1.9 on each system, and why the others do not:' \
  '`theirs` is the real one. Made by `tests/run.sh` (tests/compliance/score.sh); the score may only rise.' '' >"$page"
LC_ALL=C awk -v name="$system" -v section="$section" '
  function put(   text) { while ((getline text < section) > 0) print text; done = 1 }
  /^## / { skip = index($0, "## " name ":") == 1; if (skip) put() }
  !skip { print }
  END { if (!done) put() }' "$page" >"$section.new"
if ! cmp -s "$section.new" "$page"; then
  cp "$section.new" "$page"
  echo "$system: compat/score.md is written anew: commit it"
fi
