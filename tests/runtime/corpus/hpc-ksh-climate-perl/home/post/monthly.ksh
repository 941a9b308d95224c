#!/usr/bin/ksh
#
# monthly.ksh  -y YEAR [-e EXP]     post-processing of one model year
#
typeset -Z2 mm
typeset -r BIN=${HOME}/post/bin
typeset exp=ctl year

function die { print -u2 -- "${0##*/}: $*"; exit 1; }
function run {
	[[ -n $VERBOSE ]] && print -- "+ $*"
	"$@" || die "failed: $*"
}

while getopts ":y:e:v" opt; do
	case $opt in
		y) year=$OPTARG ;;
		e) exp=$OPTARG ;;
		v) VERBOSE=1 ;;
		*) die "usage: monthly.ksh -y YEAR [-e EXP]" ;;
	esac
done
[[ $year == +([0-9]) ]] || die "year?"

perl $BIN/nml.pl --set year=$year --file post.nml || die namelist
mm=1
while (( mm <= 12 )); do
	in=$exp.$year-$mm.nc
	if [[ ! -f $in ]]; then
		print "$in missing"
	else
		run cdo -s -O monmean -selvar,temp2,precip $in mon.$year$mm.nc
		run ncks -O -x -v time_bnds mon.$year$mm.nc mon.$year$mm.nc
	fi
	(( mm += 1 ))
done
# ncl 'year="'$year'"' plot.ncl ; python plot.py $year
