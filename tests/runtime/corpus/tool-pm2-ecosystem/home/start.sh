#!/bin/bash
# webservice can't do this, so: jstart -N relay ./start.sh
cd "$HOME/relay" || exit
export NODE_ENV=production
export PM2_HOME=$HOME/.pm2
PATH=$PWD/node_modules/.bin:$PATH
# pm2 kill
exec pm2 start ecosystem.config.js --no-daemon --only relay,feeder
