puts ARGV.inspect
