<?php
class Lint {
    private $wiki;
    public function __construct($wiki) { $this->wiki = $wiki; }
    public function run() {
        chdir(ROOT . '/py');
        $p = popen("python3 -m lint --wiki {$this->wiki} 2>&1", 'r');
        while (($l = fgets($p)) !== false) echo $l;
        return pclose($p);
    }
}
