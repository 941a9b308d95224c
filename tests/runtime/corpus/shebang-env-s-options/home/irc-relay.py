#!/usr/bin/env -S python3 -u -W ignore
import socket
s = socket.create_connection(("irc.example.org", 6667))
s.sendall(b"NICK relay\r\nUSER relay 0 * :relay\r\n")
for line in s.makefile("rb"):
    print(line.decode("utf-8", "replace").rstrip())
