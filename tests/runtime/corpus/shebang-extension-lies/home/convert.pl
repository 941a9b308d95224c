#!/bin/bash
# was Perl once, rewritten
sed 's/\r$//' in.txt | sort -u > out.txt
