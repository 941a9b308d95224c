<?php
require_once 'a.php';
system('perl c.pl');
