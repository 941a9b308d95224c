#!/usr/bin/env php
<?php
echo str_contains(PHP_VERSION, '8') ? 'new' : 'old';
