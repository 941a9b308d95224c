<?php
include_once('common.inc');
echo date('Y-m'), "\n";

