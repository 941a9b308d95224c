#!/bin/bash
cat <<ENDE
python3 x.py
perl y.pl
