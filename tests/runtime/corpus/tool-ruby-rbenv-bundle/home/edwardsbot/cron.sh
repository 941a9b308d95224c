#!/bin/bash -l
export PATH="$HOME/.rbenv/bin:$HOME/.rbenv/shims:$PATH"
export RBENV_ROOT="$HOME/.rbenv"
if command -v rbenv > /dev/null; then eval "$(rbenv init -)"; fi

cd "$HOME/edwardsbot"
# bundle install --deployment --without development test   # after each pull
bundle exec ruby deliver.rb --production 2>&1 | logger -t edwardsbot
