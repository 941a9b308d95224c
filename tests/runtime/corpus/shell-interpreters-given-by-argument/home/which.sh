#!/bin/sh
python3.8 tool.py
