<?php
echo "sorting {$argv[1]}\n";
