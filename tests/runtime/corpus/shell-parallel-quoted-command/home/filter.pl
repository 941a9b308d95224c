while (<>) { print unless /N{5}/ }
