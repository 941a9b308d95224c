#!/bin/bash
node=$(uname -n)
php=5
python="none"
for perl in 1 2 3; do
    echo "$perl of $php on $node"
done
case "$python" in
    python|python3) echo "a language" ;;
    ruby) echo "a stone" ;;
    node*) echo "a host" ;;
esac
[ "$python" = python3 ] || test "$node" != node
