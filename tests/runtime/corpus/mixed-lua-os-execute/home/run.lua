-- os.execute("ruby x.rb")
os.execute("perl a.pl")
local f = io.popen("php b.php", "r")
print(f:read("*a"))
