puts 'dupes'
