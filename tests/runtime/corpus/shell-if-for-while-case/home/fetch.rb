puts ARGV[0]
