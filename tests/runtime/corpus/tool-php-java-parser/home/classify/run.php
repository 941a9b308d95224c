<?php
require 'settings.inc.php';
require 'lib/Tagger.php';

set_time_limit(0);
$t = new Tagger($settings);
foreach (file($settings['queue'], FILE_IGNORE_NEW_LINES) as $title) {
	list($ok, $tags) = $t->tag($title);
	if (!$ok) {
		// exec("python tag.py " . escapeshellarg($title), $o, $rc);
		continue;
	}
	echo "$title\t" . implode(',', $tags) . "\n";
}
