<?php
$wgDBname = "wiki";
$wgDBuser = "wiki";
$wgDBpassword = "x";
