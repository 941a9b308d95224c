#!/bin/bash
code='print(sum(range(10)))'
total=$(python3 <<< "$code")
echo "ruby $total"
