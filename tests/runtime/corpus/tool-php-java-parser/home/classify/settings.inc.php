<?php
$settings = array(
	'queue'  => '/tmp/queue.txt',
	'jar'    => dirname(__FILE__) . '/stanford-postagger.jar',
	'model'  => 'models/english-left3words-distsim.tagger',
	'heap'   => '600m',
);
