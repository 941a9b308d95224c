<?php
define('ROOT', __DIR__);
require_once ROOT . '/src/Lint.php';
list(, $cmd, $wiki) = $argv + array(null, 'help', null);
switch ($cmd) {
    case 'lint':
        $l = new Lint($wiki);
        $l->run();
        break;
    default:
        fwrite(STDERR, "usage: php cli.php lint WIKI\n");
        exit(1);
}
