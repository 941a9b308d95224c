#!/usr/bin/nodejs
var http = require('http');
http.createServer(function (req, res) { res.end('ok\n'); }).listen(process.env.PORT || 8000);
