#!/usr/bin/env ruby
# not started by run-parts (dot)
puts 'report'

