#!/usr/bin/env ruby
puts({ a: 1 }.then { |h| h[:a] })
