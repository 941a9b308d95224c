local name = arg[1]
print("{{" .. name .. "}}")
