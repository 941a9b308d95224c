#!/bin/bash
cat <<EOF
 EOF
EOF2
php x.php
EOF # not the end
python3 y.py
EOF
ruby -e 'puts :end'
