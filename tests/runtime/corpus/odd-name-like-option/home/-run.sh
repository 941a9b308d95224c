php -- ./-x.php
