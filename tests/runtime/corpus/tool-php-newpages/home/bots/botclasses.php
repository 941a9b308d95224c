<?php
/**
 * botclasses.php - Bot classes for interacting with mediawiki.
 * (c) 2008-2012 Chris G, Cobi, and others
 **/
class http {
	private $ch;
	function get($url) {
		$this->ch = curl_init();
		curl_setopt($this->ch, CURLOPT_URL, $url);
		curl_setopt($this->ch, CURLOPT_RETURNTRANSFER, 1);
		return curl_exec($this->ch);
	}
}
class wikipedia {
	public $url = 'https://en.wikipedia.org/w/api.php';
	function query($q) {
		$h = new http;
		return unserialize($h->get($this->url . $q));
	}
	function login($u, $p) { }
}
class extended extends wikipedia { }
