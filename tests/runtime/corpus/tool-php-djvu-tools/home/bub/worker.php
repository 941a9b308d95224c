<?php
// worker of the book uploader. Redis is asked with phpredis, not redis-cli
require_once __DIR__ . '/lib/Converter.php';

$opt = getopt('', array('queue:'));
$c = new Converter('/tmp/bub');
while ($job = array_shift($argv)) {
    if (substr($job, -4) !== '.pdf') continue;
    $c->convert($job);
}
