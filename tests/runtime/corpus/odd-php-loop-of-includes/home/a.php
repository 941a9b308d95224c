<?php
require_once 'b.php';
function a() { return 1; }
