require 'mediawiki_api'
puts MediawikiApi::VERSION
