RUBY=/usr/bin/ruby
CONFIG=bot.yml
export RUBY CONFIG
