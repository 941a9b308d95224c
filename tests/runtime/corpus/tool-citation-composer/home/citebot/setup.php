<?php
declare(strict_types=1);
if (!file_exists('.gitignore')) { // the docker image
  ini_set('display_errors', '1');
}
