#!/bin/bash
# run.sh [REPEATS]
REP=${1:-3}
HERE=$(cd "$(dirname "$0")" && pwd)
RES=$HERE/results-$(hostname -s)-$(date +%Y%m%d).csv

JULIA="julia --startup-file=no --check-bounds=no"
OCTAVE="octave-cli -qf"
R="Rscript --vanilla"
#PYTHON="python3 -OO"   # numpy is missing on the nodes

echo "lang,test,run,seconds" > "$RES"
for lang in JULIA OCTAVE R; do
	case $lang in
		JULIA) ext=jl ;;
		OCTAVE) ext=m ;;
		R) ext=R ;;
		PYTHON) ext=py ;;
	esac
	for test in fib mandel; do
		for ((i = 1; i <= REP; i++)); do
			s=$(date +%s.%N)
			${!lang} "$HERE/$test.$ext" > /dev/null || continue
			e=$(date +%s.%N)
			echo "$lang,$test,$i,$(echo "$e - $s" | bc)" >> "$RES"
		done
	done
done
