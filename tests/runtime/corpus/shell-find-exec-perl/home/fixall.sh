#!/bin/bash
find "$HOME/pages" -name '*.wiki' -newer stamp -exec perl "$HOME/fix.pl" {} \;
touch stamp
