x = 0:0.1:1; plot(x, x.^2); print('../fig/phase.pdf');
