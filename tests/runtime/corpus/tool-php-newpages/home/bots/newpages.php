<?php
error_reporting(E_ALL ^ E_NOTICE);
ini_set('memory_limit', '256M');

include(dirname(__FILE__) . '/../private/config.php');
require_once(dirname(__FILE__) . '/botclasses.php');

/* $wiki = new wikipedia(); -- old class, python bot took over the user pages */
$wiki = new extended();
$wiki->login($user, $pass);
$rc = $wiki->query('?action=query&list=recentchanges&rctype=new&rclimit=50&format=php');
foreach ($rc['query']['recentchanges'] as $x) {
	echo $x['title'] . "\n";
}
