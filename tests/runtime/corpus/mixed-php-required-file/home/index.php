<?php
require_once __DIR__ . '/lib/tools.php';
echo convert_file('a.txt');
