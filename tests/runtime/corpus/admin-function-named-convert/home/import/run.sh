#!/bin/sh
# fetch the library's export, unpack, to utf-8, load
set -e
cd $HOME/import
convert () {
	# convert FROM FILE
	iconv -f "$1" -t UTF-8//TRANSLIT "$2" > "$2.utf8" && mv "$2.utf8" "$2"
}
python () { echo "python: use the other host" >&2; }

wget -q -N ftp://ftp.example.edu/export/books.zip
unzip -o -q books.zip
for f in books/*.txt; do
	convert ISO-8859-15 "$f"
	sed -i -e 's/\r$//' -e '/^$/d' "$f"
done
mysql library < load.sql
test -n "$DEBUG" && python check.py
exit 0
