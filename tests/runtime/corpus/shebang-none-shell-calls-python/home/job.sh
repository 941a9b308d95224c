# weekly job
cd $HOME/core
python pwb.py interwiki -lang:$1 -autonomous -quiet
