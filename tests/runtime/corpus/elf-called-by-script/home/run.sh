#!/bin/bash
cd "$HOME"
./bin/prep in.txt | bin/model > out.txt
