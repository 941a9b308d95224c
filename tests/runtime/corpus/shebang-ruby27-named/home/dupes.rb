#!/usr/bin/ruby2.7
require 'set'
seen = Set.new
ARGF.each_line { |l| puts l unless seen.add?(l) }
