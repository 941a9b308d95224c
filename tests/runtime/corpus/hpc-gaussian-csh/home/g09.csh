#!/bin/csh -f
#$ -cwd
#$ -pe shared 8
#$ -l h_data=2G,h_rt=48:00:00
#
# g09.csh JOBNAME        (reads JOBNAME.com)
#
if ( $#argv != 1 ) then
    echo "usage: $0 jobname"
    exit 1
endif
set job = $1

setenv g09root /u/local/apps/gaussian
setenv GAUSS_SCRDIR /scratch/$user/$JOB_ID
source $g09root/g09/bsd/g09.login

if ( ! -d $GAUSS_SCRDIR ) mkdir -p $GAUSS_SCRDIR
onintr cleanup

echo "started on `hostname` at `date`"
$g09root/g09/g09 < $job.com > $job.log
set rc = $status

# python freq.py and perl geom.pl are on the workstation
if ( $rc == 0 ) then
    grep 'SCF Done' $job.log | tail -1
    $g09root/g09/formchk $job.chk $job.fchk
else
    echo "g09: status $rc" ; tail -20 $job.log
endif

cleanup:
rm -rf $GAUSS_SCRDIR
exit $rc
