"""For the clients' run scripts in Python."""
import os
import subprocess
import sys
import time


def same(what, have, want):
    """Ends the client's run unless both are equal."""
    if have != want:
        sys.exit(f"check: {what} is {have!r}, not {want!r}")
    print(f"check: {what} is {have!r}", flush=True)


def wait_for(seconds, what, ready):
    """Polls `ready` until it returns something true, which is returned."""
    end = time.monotonic() + seconds
    while True:
        value = ready()
        if value:
            return value
        if time.monotonic() > end:
            sys.exit(f"check: {what}: not in time")
        time.sleep(0.5)


def address():
    """An address of this machine that jobs can reach."""
    known = os.environ.get("CLIENT_ADDRESS")
    return known or (subprocess.run(["hostname", "-I"], capture_output=True, text=True).stdout.split() or ["127.0.0.1"])[0]
