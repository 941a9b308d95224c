#!/bin/bash
exec 9>"$HOME/.lock"
flock -n 9 || exit 1
"$@"
