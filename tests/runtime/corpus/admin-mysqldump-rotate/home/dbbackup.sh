#!/bin/bash
############################################################
# dbbackup.sh - mysqldump with daily/weekly/monthly rotation
#
# $Id: dbbackup.sh 88 2011-02-03 09:12:44Z root $
#
# TODO: rewrite in python (or perl?)
############################################################
PATH=/usr/local/bin:/usr/bin:/bin

CONF=/etc/dbbackup.conf
VERBOSE=0
LOCK=/tmp/dbbackup.lock

usage()
{
	cat << EOF
usage: $0 [options]

This script dumps all databases of \$DATABASES.

OPTIONS:
   -h      this message
   -c FILE configuration ($CONF)
   -v      verbose

To restore:
   gunzip -c drupal.sql.gz | mysql drupal && php update.php
EOF
}

log() {
	local level=$1; shift
	logger -t dbbackup -p local0.$level "$*"
	[ $VERBOSE -eq 1 ] && echo "$(date '+%b %d %T') $level: $*"
	return 0
}

die() { log err "$*"; echo "$*" | mail -s "dbbackup on `hostname` FAILED" ${MAILTO:-root}; exit 1; }

while getopts "hc:v" OPTION
do
	case $OPTION in
		h) usage; exit 1 ;;
		c) CONF=$OPTARG ;;
		v) VERBOSE=1 ;;
		?) usage; exit ;;
	esac
done

[ -r "$CONF" ] && . "$CONF" || die "cannot read $CONF"

if ( set -o noclobber; echo "$$" > "$LOCK") 2> /dev/null; then
	trap 'rm -f "$LOCK"; exit $?' INT TERM EXIT
else
	die "locked by $(cat $LOCK)"
fi

DOW=`date +%u`
DOM=`date +%d`
for db in $DATABASES; do
	f=$DEST/daily/$db.$DOW.sql.gz
	mysqldump --defaults-extra-file=$HOME/.my.cnf --single-transaction --quick --routines \
		--ignore-table=$db.cache --ignore-table=$db.watchdog "$db" 2>> /tmp/dbbackup.err | gzip -9 > "$f.new"
	if [ ${PIPESTATUS[0]} -ne 0 ]; then
		log err "$db: $(tail -1 /tmp/dbbackup.err)"
		continue
	fi
	mv "$f.new" "$f"
	[ "$DOW" = 7 ] && cp -p "$f" "$DEST/weekly/$db.$(date +%V).sql.gz"
	[ "$DOM" = 01 ] && cp -p "$f" "$DEST/monthly/$db.$(date +%Y%m).sql.gz"
	log info "$db: $(du -h "$f" | cut -f1)"
done

find $DEST/weekly -mtime +35 -name '*.gz' -exec rm -f {} +
#$HOME/bin/check_backups.pl $DEST
