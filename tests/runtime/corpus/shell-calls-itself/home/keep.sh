#!/bin/sh
python3 "$HOME/once.py" || sleep 30
exec "$0" "$@"
