#!/usr/bin/lua5.3
for line in io.lines() do
  local s = line:gsub("%-%-.*$", ""):gsub("%s+$", "")
  if s ~= "" then print(s) end
end
