<?php
include 'common.inc';
mysql_query('UPDATE cats SET n = n + 1');
echo "cats done\n";
