<?php
while ($l = fgets(STDIN)) {
    $e = json_decode($l, true);
    if (isset($e['id'])) echo $e['id'], "\t", $e['labels']['de']['value'], "\n";
}

