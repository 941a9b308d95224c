#!/bin/bash
cat <<'EOF'
To see the state type
  echo $(python3 status.py)
or `perl state.pl`
EOF
