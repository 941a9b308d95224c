var net = require('net'), io = require('socket.io').listen(8082);
var c = net.connect(6667, 'irc.wikimedia.org', function () { c.write('NICK irc2ws\r\n'); });
c.on('data', function (d) { io.sockets.emit('line', d.toString()); });
