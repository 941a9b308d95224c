#!/usr/bin/env python3
"""Prints the highest reading of the last hour, once for every gauge, highest first."""
import argparse
import csv
import os
import time

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--top", type=int, default=5)
args = parser.parse_args()

# jsub starts programs in the home directory: find our own files by our own path.
here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, "data", "levels.csv"), newline="") as lines:
    rows = list(csv.DictReader(lines))

last = max(row["time"] for row in rows)
now = sorted((row for row in rows if row["time"] == last), key=lambda row: -int(row["cm"]))
time.sleep(2)  # the gauges' server wants a pause
print(f"job {os.environ['JOB_ID']} ({os.environ['JOB_NAME']}), readings of {last}")
for row in now[: args.top]:
    print(f"  {row['gauge']:<10} {row['cm']:>4} cm")
