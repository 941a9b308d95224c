<?php
while (true) { sleep(60); echo date('H:i'), "\n"; }
