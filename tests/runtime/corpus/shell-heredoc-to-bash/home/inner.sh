#!/bin/sh
bash -s -- one two <<'END'
for w in "$@"; do
    php -r 'echo strtoupper($argv[1]), "\n";' "$w"
done
END
