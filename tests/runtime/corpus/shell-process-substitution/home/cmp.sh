#!/bin/bash
diff <(php list.php | sort) <(sort known.txt) | tee >(ruby summary.rb > summary.txt) > diff.txt
