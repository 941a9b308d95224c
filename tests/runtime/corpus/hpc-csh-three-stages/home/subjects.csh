#!/bin/csh -f

# preprocess all subjects of a list
# Usage: subjects.csh list

set list = $1
if ( "$list" == "" ) set list = subjects.txt
source ./setup.csh

foreach s ( `grep -v '^#' $list` )
	set dir = $STUDY/$s
	if ( ! -d $dir ) then
		echo "$s missing" >>! missing.log
		continue
	endif
	pushd $dir > /dev/null
	if ( ! -e raw.txt ) then
		gunzip -c raw.txt.gz > raw.txt
	endif
	$BIN/e2r.pl raw.txt >! rt.txt
	$PYTHON $BIN/outliers.py --sd 2.5 rt.txt >! clean.txt
	popd > /dev/null
end

$RBIN --slave --vanilla --args $STUDY < $BIN/group.R
#foreach f ( figs/*.eps ) ; convert $f $f:r.png ; end
