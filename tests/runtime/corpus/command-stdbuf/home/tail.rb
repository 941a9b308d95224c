STDIN.each_line { |l| puts l if l =~ /ERROR/ }
