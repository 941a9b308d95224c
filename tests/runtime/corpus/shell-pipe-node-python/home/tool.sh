#!/bin/bash
set -e
cd "$HOME/src"
node a.js | python3 b.py > "$HOME/public_html/result.json"
