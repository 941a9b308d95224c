<?php
echo "final\n";
