<?php
exec('jsub -N render -mem 1g python3 render.py');
exec("/usr/bin/qsub -b y perl pack.pl");
echo "queued\n";
