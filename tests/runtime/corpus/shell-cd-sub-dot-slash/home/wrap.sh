#!/bin/bash
cd sub && ./run.py --all
