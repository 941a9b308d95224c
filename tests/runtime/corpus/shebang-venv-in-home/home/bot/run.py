#!/data/project/deadlinks/venv/bin/python3
import requests
print(requests.head("https://example.org/").status_code)
