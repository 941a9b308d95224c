#!/usr/bin/env -S bash -euo pipefail
find "$HOME/cache" -type f -mtime +14 -delete
du -sh "$HOME/cache" | mail -s "cache size" "$USER"
