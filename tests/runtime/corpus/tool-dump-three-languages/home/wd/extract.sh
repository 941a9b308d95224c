#!/bin/bash
#$ -l h_vmem=4G
#$ -N wdextract
# usage: extract.sh YYYYMMDD

set -eu -o pipefail
date=${1:?date of the dump}
dump=/public/dumps/public/wikidatawiki/entities/$date/wikidata-$date-all.json.bz2
out=$HOME/wd/out/$date
mkdir -p "$out"

trap 'echo "failed in line $LINENO" | mail -s "wd $date" "$USER"' ERR

bzcat "$dump" \
	| sed -e 's/,$//' \
	| node --max-old-space-size=2048 "$HOME/wd/filter.js" P279 P31 \
	| php -d memory_limit=1G "$HOME/wd/labels.php" --lang=de,en \
	| LC_ALL=C sort -S 1G -T "$out" -u > "$out/items.tsv"

# sanity
n=$(wc -l < "$out/items.tsv")
(( n > 1000 )) || { echo "only $n items" >&2; exit 3; }

python3 - "$out/items.tsv" <<'PY' > "$out/summary.json"
import collections, json, sys
c = collections.Counter()
with open(sys.argv[1]) as f:
    for line in f:
        c[line.split('\t')[1]] += 1
json.dump(c.most_common(50), sys.stdout)
PY

# perl -ne 'print if /Q5\b/' "$out/items.tsv" > humans.tsv
ln -sfn "$out" "$HOME/wd/out/latest"
