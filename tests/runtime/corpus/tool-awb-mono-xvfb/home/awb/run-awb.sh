#!/bin/bash
# AWB on the grid. Yes, really.
#   needs: mono-complete xvfb

AWBDIR=$HOME/awb/AWB
PROFILE=typos.xml
LOG=$HOME/awb/log/$(date +%Y%m%d).log

log() {
	echo "$(date '+%F %T') [$$] $*" >> "$LOG"
}

cleanup() {
	log "cleaning up"
	rm -f /tmp/.X99-lock
	[ -n "$PID" ] && kill "$PID" 2>/dev/null
}
trap cleanup EXIT INT TERM

export MONO_THREADS_PER_CPU=50
export MONO_IOMAP=all
cd "$AWBDIR" || { log "no $AWBDIR"; exit 1; }

log "start"
#wine AutoWikiBrowser.exe /s $PROFILE /u 1
xvfb-run -a -s "-screen 0 1024x768x16" mono --debug AutoWikiBrowser.exe /s "$PROFILE" /u 1 >> "$LOG" 2>&1 &
PID=$!
wait $PID
log "awb ended with $?"

python3 $HOME/awb/report.py "$LOG" | mail -s "AWB $(date +%F)" example@tools.example.org
