#!/bin/sh
command -v python3 >/dev/null && echo "python3 is there too"
if ! command -v node >/dev/null 2>&1; then
    echo "node is missing" >&2
    exit 127
fi
node -e 'console.log(process.version)'
