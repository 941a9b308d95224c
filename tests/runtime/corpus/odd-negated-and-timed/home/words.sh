#!/bin/bash
! perl check.pl
time -p php a.php
command python3 b.py
exec -a worker lua c.lua
