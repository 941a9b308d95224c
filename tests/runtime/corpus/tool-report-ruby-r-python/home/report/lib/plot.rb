module Plot
  def self.draw(what, month)
    base = "out/#{month}/#{what}"
    ok = system('Rscript', '--vanilla', 'plot.R', what, "#{base}.svg")
    raise "R: #{what}" unless ok
    system("convert -density 150 #{base}.svg #{base}.png")
  end
end
