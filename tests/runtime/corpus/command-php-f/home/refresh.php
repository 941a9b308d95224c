<?php
$rows = json_decode(file_get_contents('queue.json'), true);
foreach ($rows as $r) {
    printf("%s\t%d\n", $r['page'], $r['ns']);
}
