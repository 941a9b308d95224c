#!/bin/bash
# status.sh JOB: running, success or failed, as sites' Grid Engine profiles for Snakemake ask it.
if qstat -j "$1" > /dev/null 2>&1; then
  case $(qstat | awk -v id="$1" '$1 == id { print $5; exit }') in
    *E*) echo failed ;;
    *) echo running ;;
  esac
  exit
fi
for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  record=$(qacct -j "$1" 2> /dev/null) && break
  sleep 1
done
if grep -Eq '^exit_status  0' <<< "$record" && grep -Eq '^failed +0 ' <<< "$record"; then echo success; else echo failed; fi
