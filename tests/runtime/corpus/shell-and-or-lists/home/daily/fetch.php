<?php
echo "Foo\nBar\n";
