#!/bin/sh
# keep the cgi caches warm
UA='warmup/1.1 (tools.example; perl 5 was here)'
base=https://tools.wmflabs.org/example
for p in index.php 'cgi-bin/count.pl?lang=de' cgi-bin/stats.py api/v1/node 'r.R?x=1'
do
	code=`curl -A "$UA" -s -o /dev/null -w '%{http_code}' "$base/$p"`
	case $code in
	200|30?)	: ok ;;
	*)		echo "$p: $code" ;;
	esac
done > /tmp/warm.$$
if test -s /tmp/warm.$$; then mailx -s "warmup: python/perl/php pages" example < /tmp/warm.$$; fi
rm -f /tmp/warm.$$

