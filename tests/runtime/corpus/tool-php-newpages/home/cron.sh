#!/bin/bash
# cron.sh BOT -- run one of the php bots, never twice

dir=$HOME/bots
bot=$1

exec 200>"/tmp/$USER.$bot.lock"
flock -n 200 || { echo "$(date) $bot still running" >> $HOME/logs/cron.log; exit 1; }

#php -d memory_limit=512M $dir/$bot.php --debug
php $dir/$bot.php >> $HOME/logs/$bot.out 2>> $HOME/logs/$bot.err
rc=$?

if [ $rc -ne 0 ]; then
	tail -n 20 $HOME/logs/$bot.err | mail -s "[$bot] exit $rc" $USER
fi
exit $rc
