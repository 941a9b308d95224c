#!/bin/sh
script -q -c "python3 login.py -all" /dev/null | tee login.log
