<?php echo "w";
