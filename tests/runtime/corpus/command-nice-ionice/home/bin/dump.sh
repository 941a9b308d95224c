#!/bin/bash
php "$HOME/maintenance/dumpBackup.php" --current | gzip > "$HOME/dump.xml.gz"
