<?php echo "site";
