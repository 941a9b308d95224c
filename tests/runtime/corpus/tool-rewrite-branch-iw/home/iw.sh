#!/bin/sh
# interwiki bot, now only for the wiktionaries (wikidata did the rest)
R=$HOME/rewrite
LOCK=$HOME/iw.lock

if ! mkdir $LOCK 2>/dev/null
then
  # stale?
  if [ -f $LOCK/pid ] && kill -0 `cat $LOCK/pid` 2>/dev/null
  then
    echo "iw is running as `cat $LOCK/pid`" ; exit 0
  fi
  echo "stale lock, going on"
fi
echo $$ > $LOCK/pid
trap 'rm -rf $LOCK' 0 1 2 15

for l in fr io mg chr
do
  PYTHONPATH=$R:$R/externals/httplib2:$R/scripts PYWIKIBOT2_DIR=$HOME/.iw nice -n 5 \
  /usr/bin/python2.7 -u $HOME/scripts/iw.py -lang:$l -family:wiktionary -autonomous -start:! -skipauto "$@"
done
