import math, sys
lat, lon = map(float, sys.argv[1:3])
print(math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)), lon)
