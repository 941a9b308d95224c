<?php
$p = proc_open('Rscript --vanilla forecast.R', [['pipe', 'r'], ['pipe', 'w']], $pipes);
echo stream_get_contents($pipes[1]);
proc_close($p);
passthru('java -jar tika.jar --text in.pdf');
