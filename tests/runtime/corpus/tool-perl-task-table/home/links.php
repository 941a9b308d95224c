<?php
echo "links\n";
