cd "$(dirname "$0")"
cat one.txt two.txt three.txt | awk '{s += $1} END {print s, ENVIRON["NSLOTS"]}' > sum.txt
