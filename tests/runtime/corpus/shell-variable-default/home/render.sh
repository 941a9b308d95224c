#!/bin/bash
"${NODE:-node}" "$(dirname "$0")/a.js" < in.txt
