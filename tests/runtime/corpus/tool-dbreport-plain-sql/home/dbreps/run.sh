#!/bin/bash
# database reports, the poor man's edition
# (the python version is at github, perl version: ask User:Example)
set -o pipefail

CNF=$HOME/replica.my.cnf
DB=svwiki_p
HOST=svwiki.analytics.db.svc.wikimedia.cloud
API=https://sv.wikipedia.org/w/api.php
DRY=0

usage() {
	cat <<USAGE
Usage: $(basename $0) [-n] [-d DB] [REPORT...]
   -n   dry run
   -d   database
To run one by hand:
   python3 dbreps.py --report X       (old)
   php dbreps.php X                   (older)
USAGE
}

while getopts "nd:h" opt; do
	case $opt in
	n) DRY=1 ;;
	d) DB=$OPTARG ;;
	h) usage; exit 0 ;;
	\?) usage >&2; exit 1 ;;
	esac
done
shift $((OPTIND-1))

. $HOME/dbreps/login.inc

for f in ${@:-$HOME/dbreps/sql/*.sql}; do
	t=$(basename "$f" .sql)
	mysql --defaults-file="$CNF" -h $HOST -N -B $DB < "$f" \
		| sed -e 's/_/ /g' -e 's/^\(.*\)\t\(.*\)$/|-\n| [[\1]] || \2/' > "/tmp/$t.wiki" || continue
	{ echo '{| class="wikitable sortable"'; cat "/tmp/$t.wiki"; echo '|}'; } > "/tmp/$t.page"
	if [ $DRY -eq 1 ]; then
		head "/tmp/$t.page"
		continue
	fi
	curl -s -b "$COOKIES" -c "$COOKIES" --data-urlencode "title=Wikipedia:Databasrapporter/$t" \
		--data-urlencode "text@/tmp/$t.page" --data-urlencode "token=$(token)" -d 'action=edit&format=json&bot=1' "$API" | jq -r '.edit.result'
done
