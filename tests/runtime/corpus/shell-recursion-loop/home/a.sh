#!/bin/bash
[ "$DEPTH" = 3 ] && exit 0
export DEPTH=$((DEPTH + 1))
./b.sh
