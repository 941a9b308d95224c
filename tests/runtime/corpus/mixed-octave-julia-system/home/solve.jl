println(parse(Int, ARGS[1])^2)
