#!/bin/csh
set N = $1
@ M = $N * 2
set out = grid_$N.dat

foreach method (linear spline)
/usr/bin/octave --silent << OCT
  % not python!
  x = linspace(0, 1, $N);
  xi = linspace(0, 1, $M);
  y = sin(2*pi*x);
  yi = interp1(x, y, xi, "$method");
  dlmwrite("$method.$out", [xi' yi'], " ");
OCT
if ($status) then
  echo "octave failed for $method"
  exit 2
endif
end

#gnuplot plot.gp
paste linear.$out spline.$out > $out
rm -f linear.$out spline.$out

