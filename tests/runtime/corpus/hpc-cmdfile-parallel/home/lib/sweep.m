function sweep(n, tol)
  % system('perl old.pl') once
  printf('%d %g\n', n, tol);
end
