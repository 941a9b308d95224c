<?php echo "b\na\n";
