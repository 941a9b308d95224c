program hydro
  write(*,*) 'normal end'
end program

