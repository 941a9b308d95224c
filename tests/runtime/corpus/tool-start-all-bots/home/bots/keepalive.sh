#!/bin/bash
# every 5 min from cron; one big job instead of four small ones
cd "$HOME/bots" || exit 1
mkdir -p run log

alive() {
	[ -f "run/$1.pid" ] && kill -0 "$(cat "run/$1.pid")" 2> /dev/null
}

keep() {		# keep NAME COMMAND...
	local name=$1; shift
	if ! alive "$name"; then
		echo "$(date) starting $name: $*" >> log/keepalive.log
		"$@" >> "log/$name.log" 2>&1 &
		echo $! > "run/$name.pid"
	fi
}

keep cvn      python3 cvn/bot.py -c cvn/config.ini
keep relay    node relay.js
keep rcstats  perl -w rcstats.pl
keep quiz     tclsh quiz/quiz.tcl
#keep trivia  ruby trivia.rb
#keep old     java -jar oldbot.jar

wait
