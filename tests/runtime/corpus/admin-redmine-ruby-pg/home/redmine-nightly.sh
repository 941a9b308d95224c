#!/bin/bash
set -o nounset
R=$HOME/redmine
export RAILS_ENV=production
log=$R/log/nightly.log
exec >>"$log" 2>&1
echo "----- $(date)"

psql -h db -U redmine -At -c 'select count(*) from issues' redmine || { echo "no database"; exit 1; }
pg_dump -h db -U redmine -Fc -f "$HOME/backup/redmine.$(date +%u).dump" redmine

cd "$R"
# perl extra/mail-handler/rdm-mailhandler.pl   (ruby one is used, by the mail server)
bundle exec rake redmine:tokens:prune redmine:attachments:prune
bundle exec rails runner 'Repository.fetch_changesets' -e production
for r in repos/*.git; do
    git --git-dir="$r" fetch -q --all || echo "$r: fetch failed"
done
