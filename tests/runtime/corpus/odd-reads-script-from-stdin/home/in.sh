#!/bin/sh
R --vanilla -q < stats.R > stats.out
cat fix.rb | ruby -
