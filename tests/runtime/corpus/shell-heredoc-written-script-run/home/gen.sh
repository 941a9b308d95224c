#!/bin/bash
tmp=$(mktemp)
cat > "$tmp" <<'EOF'
import os
print(os.getpid())
EOF
python3 "$tmp"
rm -f "$tmp"
