puts STDIN.read
