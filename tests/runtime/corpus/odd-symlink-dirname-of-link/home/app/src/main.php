#!/usr/bin/env php
<?php
echo "main\n";
