<?php
include_once('common.inc');
