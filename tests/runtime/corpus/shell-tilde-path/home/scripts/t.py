#!/usr/bin/python3
print("t")
