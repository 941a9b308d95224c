#!/usr/bin/python3.9
import argparse
from zoneinfo import ZoneInfo
from datetime import datetime

p = argparse.ArgumentParser()
p.add_argument("--week", action="store_true")
args = p.parse_args()
print(datetime.now(ZoneInfo("Europe/Berlin")).isoformat(), args.week)
