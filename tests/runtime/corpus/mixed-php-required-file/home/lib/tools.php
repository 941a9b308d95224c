<?php
function convert_file($f) {
    return shell_exec('python3 conv.py ' . escapeshellarg($f));
}
