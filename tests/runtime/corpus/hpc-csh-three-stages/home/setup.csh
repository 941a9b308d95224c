# sourced by the others
setenv STUDY $HOME/study/stroop
setenv BIN $HOME/study/bin
set PYTHON = /usr/bin/python
set RBIN = R
if ( $HOST =~ psych* ) set RBIN = /opt/R/bin/R
