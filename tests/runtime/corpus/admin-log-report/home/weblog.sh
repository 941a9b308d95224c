#! /bin/bash
# weekly web statistics
CONFIGS="www wiki python-course"
AWSTATS=$HOME/awstats/wwwroot/cgi-bin/awstats.pl
OUT=$HOME/public_html/stats

[ -x /usr/sbin/logrotate ] && /usr/sbin/logrotate -s $HOME/.logrotate.state $HOME/etc/logrotate.conf

for c in $CONFIGS; do
	[ -f $HOME/etc/awstats.$c.conf ] || continue
	/usr/bin/perl $AWSTATS -config=$c -update -configdir=$HOME/etc > /tmp/aw.$$ 2>&1 \
	  || { cat /tmp/aw.$$; continue; }
	#/usr/bin/python $HOME/bin/geo.py $c
done

{
  printf 'Top ten of the week\n\n'
  zcat -f $HOME/logs/access_log{,.1.gz} 2>/dev/null |
    grep -v -E 'Googlebot|bingbot|python-requests|Java/1|libwww-perl' |
    awk '{ print $7 }' | sort | uniq -c | sort -rn | head
} | mail -s "web statistics `date +%V`" webmaster
rm -f /tmp/aw.$$
