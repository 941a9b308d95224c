#!/usr/bin/env python3
print("the old publisher")
