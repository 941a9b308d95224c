#! /bin/bash
# whitelist server + pattern matcher + stats
. ~/huggle/etc/defaults
ME=${0##*/}

start_server() {
	cd ${HUGGLE_HOME}/server
	LD_LIBRARY_PATH=$HUGGLE_HOME/lib ${MONO} ${MONO_OPTS} wlserver.exe -p ${PORT} < /dev/null &
}

start_matcher()
{
	cd $HUGGLE_HOME/matcher
	$NICE $JAVA -Xms32m -Xmx${HEAP:-256m} -cp 'matcher.jar:lib/*' org.huggle.Matcher &
}

start_server || { echo "$ME: server" >&2; exit 1; }
start_matcher || { echo "$ME: matcher" >&2; exit 1; }

while sleep 300; do
	php $HUGGLE_HOME/stats/collect.php || break
done
kill %1 %2
