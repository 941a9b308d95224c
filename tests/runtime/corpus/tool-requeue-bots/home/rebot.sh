#!/bin/bash
# rebot.sh all|NAME...  - qdel and resubmit the continuous jobs

declare -A BOT=(
	[rc]="python3 /data/project/swarm/rc.py"
	[relay]="node /data/project/swarm/relay/index.js"
	[spam]="perl -I/data/project/swarm/lib /data/project/swarm/spam.pl"
	[stats]="java -Xmx1g -jar /data/project/swarm/stats.jar"
)
declare -A MEM=( [rc]=512m [relay]=2g [spam]=350m [stats]=4g )

list=$*
[ "$1" = all ] && list=${!BOT[*]}

for b in $list; do
	if [ -z "${BOT[$b]}" ]; then
		echo "no such bot: $b" >&2
		continue
	fi
	jstop "$b" 2>/dev/null || qdel "$b"
	while qstat | grep -q " $b "; do sleep 2; done
	jstart -N "$b" -mem "${MEM[$b]}" ${BOT[$b]}
done
