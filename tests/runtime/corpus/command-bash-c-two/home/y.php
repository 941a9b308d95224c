<?php echo "y\n";
