#!/usr/bin/env -S PYTHONPATH=/data/project/example/lib/python/a:/data/project/example/lib/python/b:/data/project/example/lib/python/c:/data/project/example/lib/python/d:/data/project/example/lib/python/e:/data/project/example/lib/python/f:/data/project/example/lib/python/g python3 -u
print("deep")
