<?php
echo $argv[1], "\n";
