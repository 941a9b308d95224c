#!/bin/bash
cat <<A; perl - <<'B'
node server.js
A
print "from perl\n";
B
echo php
