import json
print(json.load(open("new.json")))
