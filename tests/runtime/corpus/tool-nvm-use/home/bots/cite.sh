#!/bin/bash
# grid has node 0.10 (!), so nvm
export NVM_DIR="$HOME/.nvm"
[ -s "$NVM_DIR/nvm.sh" ] && \. "$NVM_DIR/nvm.sh"  # This loads nvm
[ -s "$NVM_DIR/bash_completion" ] && \. "$NVM_DIR/bash_completion"

nvm use 10 > /dev/null || nvm install 10
cd "$(dirname "${BASH_SOURCE[0]}")/cite"
node --max-old-space-size=900 index.js --wiki=cawiki --limit="${1:-200}" 2>&1 | tee -a ~/logs/cite.log
