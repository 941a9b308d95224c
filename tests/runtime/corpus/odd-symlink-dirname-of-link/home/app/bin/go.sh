#!/bin/bash
HERE=$(dirname "$(readlink -f "$0")")
exec "$HERE/../src/main.php"
