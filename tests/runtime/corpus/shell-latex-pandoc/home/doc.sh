#!/bin/sh
cd thesis
pandoc -f markdown -t latex intro.md -o intro.tex
pdflatex -interaction=batchmode main && bibtex main && pdflatex main
