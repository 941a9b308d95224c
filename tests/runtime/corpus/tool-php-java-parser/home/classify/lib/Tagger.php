<?php
class Tagger {
	private $s;

	function __construct($settings) {
		$this->s = $settings;
	}

	function tag($text) {
		$tmp = tempnam('/tmp', 'tag');
		file_put_contents($tmp, $text);
		$cmd = 'java -mx' . $this->s['heap'] . ' -classpath ' . $this->s['jar']
			. ' edu.stanford.nlp.tagger.maxent.MaxentTagger -model ' . $this->s['model']
			. ' -textFile ' . escapeshellarg($tmp) . ' 2>/dev/null';
		exec($cmd, $out, $rc);
		unlink($tmp);
		return array($rc == 0, $out);
	}
}

