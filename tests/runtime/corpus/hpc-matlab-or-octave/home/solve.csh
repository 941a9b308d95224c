#!/bin/tcsh
#$ -cwd -j y
#$ -N solve
unsetenv DISPLAY
set MATLAB = /usr/local/bin/matlab
set script = run_model

cd $HOME/model
if ( -x $MATLAB ) then
	$MATLAB -nodisplay -nosplash -nojvm -r "try, $script; catch e, disp(e.message); end; exit" >& $script.log
else
	echo "no matlab on $HOST, trying octave"
	octave -q --no-window-system $script.m >& $script.log
endif
set st = $status
switch ($st)
case 0:
	echo ok
	breaksw
case 137:
	echo "out of memory?"
	breaksw
default:
	mail -s "solve: status $st" $user < $script.log
endsw
