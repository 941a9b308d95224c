#!/bin/bash
# weekly: shorten *.out and *.err, restart lighttpd when it is fat
LIMIT=$((50*1024*1024))

cd $HOME || exit 1
for f in python-bot.out perl-bot.err php-cron.out node.log *.err; do
    [[ -f $f ]] || continue
    size=$(stat -c %s "$f")
    if (( size > LIMIT )); then
        tail -c 1048576 "$f" > "$f.tmp" && cat "$f.tmp" > "$f"
        rm -f "$f.tmp"
        echo "$f: $size -> $(stat -c %s "$f")"
    fi
done

find $HOME/tmp -name 'core.*' -mtime +2 -delete
find $HOME/.npm $HOME/.cache/pip -type f -atime +90 -print0 2>/dev/null | xargs -0 -r rm -f

mem=$(ps -o rss= -C php-cgi | awk '{s+=$1} END {print int(s/1024)}')
if [[ ${mem:-0} -gt 1500 ]]; then
    webservice --backend=gridengine lighttpd restart
fi

# qstat | awk '/ruby/ {print $1}' | xargs qdel
qstat -xml | grep -c JB_job_number

