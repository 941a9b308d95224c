<?php
$lines = [];
exec("python3 " . __DIR__ . "/scripts/geo.py --quiet", $lines, $rc);
if ($rc !== 0) {
    error_log('geo.py failed');
}
echo count($lines), "\n";
