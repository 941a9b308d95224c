<?php
echo "import\n";
