require 'socket'
s = TCPSocket.new('irc.example.org', 6667)
s.puts 'NICK rb'
while (l = s.gets)
  s.puts l.sub('PING', 'PONG') if l.start_with?('PING')
end
