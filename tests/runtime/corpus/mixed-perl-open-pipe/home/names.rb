puts 'a'
