#!/usr/bin/env python3
match 3:
    case 3: print("three")
