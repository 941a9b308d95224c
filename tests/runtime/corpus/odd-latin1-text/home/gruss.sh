#!/bin/sh
# für die Prüfung
echo 'Grüße' | perl -pe 's/ü/ue/'
