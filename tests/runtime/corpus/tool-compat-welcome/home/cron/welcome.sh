#!/bin/bash
#
# welcome.sh -- greet new users on vec.wikipedia
# started from crontab, see ~/crontab.txt
#
# 2010-11-03  first version (toolserver)
# 2013-06-14  moved to labs, paths changed
# 2014-02-02  no more cronsub, was:
#   cronsub -s welcome /usr/bin/python2.6 $HOME/pywikipedia/welcome.py
#

export LANG=en_US.UTF-8
export PYTHONIOENCODING=UTF-8

cd "$HOME/pywikipedia" || exit 1

# keep it fresh, but not every hour
if [ "`date +%H`" = "03" ]; then
	svn up -q
	#svn up -r 11560 -q      # last one that worked with our i18n
fi

#python login.py -all
python welcome.py -lang:vec -family:wikipedia \
	-edit:1 -time:3600 -limit:50 -numberlog:10 \
	-ssign -sign:'[[Utente:Example|Example]]' -random >> $HOME/logs/welcome.log 2>&1

exit 0
