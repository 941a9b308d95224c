puts 'job'
