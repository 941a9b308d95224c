local M = {}

function M.editcount(who, arg)
  arg = arg:gsub('[^%w _-]', '')
  local p = io.popen('php ' .. os.getenv('HOME') .. '/luabot/editcount.php "' .. arg .. '"')
  local out = p:read('*a')
  p:close()
  return out
end

--[[ function M.ping() os.execute('python ping.py') end ]]

return M
