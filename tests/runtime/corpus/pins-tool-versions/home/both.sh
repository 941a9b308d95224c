#!/usr/bin/env bash
node fetch.js | python load.py
