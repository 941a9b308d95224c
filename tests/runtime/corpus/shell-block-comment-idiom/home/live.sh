#!/bin/bash
: <<'DISABLED'
python3 old_import.py
java -jar importer.jar
DISABLED
php import.php
