<?php
// exec("python3 old.py");
# shell_exec('perl old.pl');
/*
 * system("ruby old.rb");
 */
$help = 'run "node index.js" by hand';
echo $help, "\n";
