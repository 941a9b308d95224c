#!/bin/bash
cd "$HOME/app" && pipenv run python worker.py
