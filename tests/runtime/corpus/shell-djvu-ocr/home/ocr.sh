#!/bin/bash
B=$1
ddjvu -format=tiff -page=1-10 "$B.djvu" "$B.tif"
tesseract "$B.tif" "$B" -l deu
[ -f "$B.pdf" ] && pdftotext -layout "$B.pdf" "$B.pdf.txt"
python3 upload.py "$B.txt"
