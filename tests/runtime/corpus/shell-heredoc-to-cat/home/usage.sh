#!/bin/sh
cat <<EOF
Usage:
  python3 bot.py [--all]
  node server.js | perl filter.pl
  php cron.php && ruby clean.rb
EOF
exit 1
