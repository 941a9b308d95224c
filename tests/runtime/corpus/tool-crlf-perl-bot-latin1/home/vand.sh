# Überwacht die letzten Änderungen
cd $HOME
perl bot/vandal.pl -wiki=dewiki
# php alt/vandal.php
