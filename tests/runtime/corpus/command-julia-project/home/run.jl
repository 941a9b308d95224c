using Random
Random.seed!(1)
println(sum(rand(10)))
