<?php
echo "warm\n";
