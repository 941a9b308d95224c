#!/bin/sh
cd $HOME/irc
. ./env.sh
$RUBY bot.rb --config $CONFIG
