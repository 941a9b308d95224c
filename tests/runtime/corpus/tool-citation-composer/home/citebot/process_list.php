<?php
declare(strict_types=1);
require_once 'setup.php';
foreach (file('php://stdin') as $title) { echo trim($title), PHP_EOL; }
