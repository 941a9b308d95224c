-- luabot, needs luasocket
local socket = require 'socket'
local cmds = require 'commands'

local s = socket.connect('irc.libera.chat', 6667)
s:send('NICK luabot\r\nUSER luabot 0 * :luabot\r\n')
while true do
  local line, err = s:receive('*l')
  if not line then os.exit(err == 'closed' and 1 or 2) end
  local who, cmd, arg = line:match('^:(.-)!.- PRIVMSG #%S+ :!(%S+)%s*(.*)$')
  if cmd and cmds[cmd] then cmds[cmd](who, arg) end
end
