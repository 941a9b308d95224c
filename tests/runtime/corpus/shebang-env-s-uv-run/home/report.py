#!/usr/bin/env -S uv run --script
# /// script
# requires-python = ">=3.11"
# dependencies = ["requests<3"]
# ///
import requests
r = requests.get("https://xx.example.org/api/stats", timeout=30)
print(r.json()["edits"])
