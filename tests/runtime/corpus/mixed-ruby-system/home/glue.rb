system "node x.js"
version = `python3 --version`
IO.popen(['lua', 'y.lua']) { |io| puts io.read }
puts version
