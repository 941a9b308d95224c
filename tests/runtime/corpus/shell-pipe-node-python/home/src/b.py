import json, sys
json.dump([json.loads(l) for l in sys.stdin], sys.stdout)
