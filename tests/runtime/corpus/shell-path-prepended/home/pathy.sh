#!/bin/bash
export PATH="$HOME/bin:$PATH"
wikiget Main_Page > page.txt
