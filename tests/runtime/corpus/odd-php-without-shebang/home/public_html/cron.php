<?php
header('Content-Type: text/plain');
echo date('c'), "\n";
