cd "$HOME/lib"
for s in steps/*.sh; do echo "$s"; done
sh steps/three.sh
