#!/usr/bin/env --split-string=ruby -W0 -rjson
data = JSON.parse(File.read('pages.json'))
data.each { |page| puts page['title'].tr('_', ' ') }
