puts STDIN.read.lines.size
