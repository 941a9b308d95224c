<?php
$user = 'NewPagesBot';
$pass = 'x';

