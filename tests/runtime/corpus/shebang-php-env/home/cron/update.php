#!/usr/bin/env php
<?php
$config = parse_ini_file(__DIR__ . '/../replica.ini');
$db = new mysqli('db.example.org', $config['user'], $config['password'], 'counts');
$db->query('UPDATE counts SET fresh = 0');
echo $db->affected_rows, PHP_EOL;
