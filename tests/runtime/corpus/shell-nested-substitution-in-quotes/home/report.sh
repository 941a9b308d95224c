#!/bin/bash
curl -s --data-urlencode "text=Report of $(date +%F): $(python3 "$HOME/lib/summary.py" --plain)" \
     https://xx.example.org/post
