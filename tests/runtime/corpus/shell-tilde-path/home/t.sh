#!/bin/bash
~/scripts/t.py > ~/t.out 2>&1
