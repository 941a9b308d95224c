#!/usr/bin/env ruby
require 'net/http'
uri = URI('https://xx.example.org/w/api.php?action=query&list=recentchanges&format=json')
puts Net::HTTP.get(uri).length
