<?php
$s = @fsockopen('localhost', 9191);
echo $s ? "up\n" : "down\n";

