puts 'stats'

