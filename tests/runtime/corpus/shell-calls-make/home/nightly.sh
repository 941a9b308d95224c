#!/bin/bash
cd "$HOME/stats" && make -s all
