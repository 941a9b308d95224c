#!/usr/bin/env python3
print((n := 3))
