puts t
