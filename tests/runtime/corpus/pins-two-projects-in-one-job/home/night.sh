#!/bin/bash
(cd "$HOME/js" && node build.js)
php "$HOME/api/warm.php"
