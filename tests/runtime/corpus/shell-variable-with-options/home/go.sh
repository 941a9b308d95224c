#!/bin/bash
PHP="/usr/bin/php7.4 -d memory_limit=1G"
for t in users pages; do
    $PHP update.php --table=$t
done
