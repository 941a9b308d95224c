#!/bin/sh
python3 one.py
