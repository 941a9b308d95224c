#!/bin/bash
cd "$HOME/harvester"
"$HOME/harvester/venv/bin/python" harvest.py --max 100
