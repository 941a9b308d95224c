#!/bin/bash
# Formerly: python3 rotate.py --keep 7
# php rotate.php was even older
echo "run python"
echo 'perl -e "print 1"' > /dev/null
log="node exited; ruby too"
find logs -name '*.log' -size +10M -exec gzip {} \;   # perl not needed
echo "$log"
