#!/bin/bash
args="--lang de --limit 10"
eval "python3 list.py $args"
