import pathlib
for p in pathlib.Path("cache").glob("*.json"):
    p.unlink()
