#!/bin/bash
# toolforge-jobs run refcheck --image tf-python39 --command ~/run-bot.sh --schedule "@daily"
set -euo pipefail

VENV=$HOME/pwbvenv
cd "$HOME/src"

if [[ ! -f $VENV/bin/activate ]]; then
    python3 -m venv "$VENV"
    source "$VENV/bin/activate"
    pip install --upgrade pip wheel
    pip install -r requirements.txt
else
    source "$VENV/bin/activate"
fi

# XXX remove when T295793 is done
export PYWIKIBOT_NO_USER_CONFIG=2

python refcheck.py --wiki=enwiki --max 500 "$@"
