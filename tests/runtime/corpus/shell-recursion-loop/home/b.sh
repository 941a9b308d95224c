#!/bin/bash
perl -e 'print "depth $ENV{DEPTH}\n"'
./a.sh
