using Random
# plots are made by python plot.py at home
println(ARGS)
