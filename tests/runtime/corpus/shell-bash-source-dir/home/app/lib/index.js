require('./worker');
