<?php
echo strlen($argv[1]), "\n";

