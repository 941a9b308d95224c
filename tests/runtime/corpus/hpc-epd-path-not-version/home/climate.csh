#!/bin/csh
# monthly means, Enthought Python
set EPD = /usr/local/epd-7.3-2
setenv PYTHONPATH $HOME/lib/python:${EPD}/lib
limit coredumpsize 0

set y = 1979
while ( $y <= 2008 )
  foreach v (t2m precip)
    if ( -f out/$v.$y.nc ) continue
    echo "$y $v"
    $EPD/bin/python scripts/monmean.py -v $v -y $y -o out/$v.$y.nc || exit 1
  end
  @ y++
end
