require 'media_wiki'
mw = MediaWiki::Gateway.new('https://meta.wikimedia.org/w/api.php')
puts mw.get('Global message delivery/Spam')

