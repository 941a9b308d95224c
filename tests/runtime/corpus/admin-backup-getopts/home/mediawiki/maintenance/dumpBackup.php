<?php
require_once __DIR__ . '/Maintenance.php';

