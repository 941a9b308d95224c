#!/usr/bin/env ruby
puts Time.now.year
