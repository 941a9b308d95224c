#!/bin/bash
cd "$HOME/checks"
for lang in perl php; do
    $lang check.$lang || echo "$lang check failed"
done
