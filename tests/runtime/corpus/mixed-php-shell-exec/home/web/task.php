#!/usr/bin/php
<?php
$svg = shell_exec('node render.js < graph.json 2>&1');
$n = `perl -ne '\$n++; END { print \$n }' graph.json`;
file_put_contents('graph.svg', $svg);
echo $n, "\n";
