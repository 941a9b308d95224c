#!/bin/bash
log() { echo "[$(date +%T)] $*" >&2; }

trim() {
    local in=$1
    perl -ne 's/\s+$/\n/; print' "$in"
}

function load {
    python3 load.py "$@"
}

log "node count: $(nproc)"
trim raw.txt > trimmed.txt
load trimmed.txt
