#!/usr/bin/env -S make -f
all: out/table.tsv

out/table.tsv: raw.tsv clean.py
	mkdir -p out
	python3 clean.py < raw.tsv > $@

clean:
	rm -rf out

.PHONY: all clean
