#!/bin/bash
# runs one python script in the job's directory with a log beside it
s=$1; shift
exec > >(tee -a "${s%.py}.log") 2>&1
echo "== $(date) $HOSTNAME $s $*"
/usr/bin/time -v python3 "$HOME/$s" "$@"
