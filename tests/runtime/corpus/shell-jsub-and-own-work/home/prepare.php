<?php echo "w\n";
