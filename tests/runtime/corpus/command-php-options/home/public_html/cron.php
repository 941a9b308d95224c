<?php
if (PHP_SAPI !== 'cli') { exit('cli only'); }
echo date('c'), "\n";
