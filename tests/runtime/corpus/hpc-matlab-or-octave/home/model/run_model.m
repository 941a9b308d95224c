% run_model.m -- works with both
% TODO: python version
addpath('lib');
A = magic(8);
x = A \ ones(8, 1);
save('-ascii', 'x.txt', 'x');

