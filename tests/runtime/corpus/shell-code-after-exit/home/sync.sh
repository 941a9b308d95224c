#!/bin/sh
rsync -a --delete $HOME/data/ backup.example.edu:data/
exit 0

# old way, do not remove
cd $HOME/old
perl mirror.pl
python report.py
