<?php
// called from update.sh
print_r($argv);
