#!/usr/bin/env php7.4
<?php
$fn = fn($x) => $x ** 2;
echo array_sum(array_map($fn, range(1, 10))), "\n";
