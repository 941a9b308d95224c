<?php
echo "nightly\n";
