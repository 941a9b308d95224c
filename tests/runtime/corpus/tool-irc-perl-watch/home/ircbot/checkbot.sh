#! /bin/sh
#
# checkbot - (re)start the recent changes bot if it's down
# crontab:  */10 * * * * $HOME/ircbot/checkbot.sh >/dev/null 2>&1
#
botdir="$HOME/ircbot"
botscript="rcbot.pl"
pidfile="pid.rcbot"

cd $botdir || exit 1

if test -r $pidfile; then
     botpid=`cat $pidfile`
     if kill -0 $botpid > /dev/null 2> /dev/null; then
       exit 0
     fi
     echo ""
     echo "Stale $pidfile file (erasing it)"
     rm -f $pidfile
fi

echo "Couldn't find the bot running.  reloading it..."
# killall -9 perl       # NO! the web tools die too
nohup perl ./$botscript --config=rcbot.yml < /dev/null >> rcbot.log 2>&1 &
echo $! > $pidfile
exit 0
