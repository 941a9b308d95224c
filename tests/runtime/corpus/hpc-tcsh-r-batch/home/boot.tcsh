#!/bin/tcsh -f
#$ -S /bin/tcsh
#$ -cwd
#
setenv R_LIBS ${HOME}/R/library
setenv OMP_NUM_THREADS 1
set nonomatch
set path = ( /usr/local/R/bin $path )
alias now 'date +%H:%M:%S'

if ( ! $?SGE_TASK_ID ) setenv SGE_TASK_ID 1
set sizes = ( 50 100 500 1000 )
@ i = 1
while ( $i <= $#sizes )
    set n = $sizes[$i]
    echo "`now` n=$n"
    nice +5 R CMD BATCH --no-save --no-restore "--args $n $SGE_TASK_ID" boot.R boot.$n.Rout
    if ( $status != 0 ) then
        tail boot.$n.Rout
        exit 1
    endif
    @ i++
end

# collect: python collect.py did this
perl -lane 'print join(",", @F) if /^\[1\]/' boot.*.Rout >! boot.csv
