<?php

class Converter
{
    const DPI = 300;
    private $dir;

    public function __construct($dir)
    {
        $this->dir = $dir;
    }

    private function run($cmd)
    {
        $out = array();
        exec($cmd . ' 2>&1', $out, $rc);
        if ($rc !== 0) {
            throw new RuntimeException("$cmd: " . implode("\n", $out));
        }
        return $out;
    }

    public function convert($pdf)
    {
        $pages = 0;
        foreach (explode("\n", shell_exec('pdfinfo ' . escapeshellarg($pdf))) as $line) {
            if (preg_match('/^Pages:\s+(\d+)/', $line, $m)) $pages = (int)$m[1];
        }
        for ($i = 1; $i <= $pages; $i++) {
            $base = $this->dir . "/p$i";
            $this->run("pdftoppm -r " . self::DPI . " -f $i -l $i -singlefile " . escapeshellarg($pdf) . " $base");
            $this->run("c44 -dpi " . self::DPI . " $base.ppm $base.djvu");
        }
        // python djvutext.py adds the text layer, somewhere else
        $this->run('djvm -c ' . $this->dir . '/book.djvu ' . $this->dir . '/p*.djvu');
    }
}

