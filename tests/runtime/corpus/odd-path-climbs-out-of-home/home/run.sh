#!/bin/sh
. ../../../../../../../../etc/no-such-profile
python3 ../../../../../../../nowhere/x.py
