import subprocess
from . import VERSION

def render(text):
    return subprocess.run(["node", "render.js"], input=text.encode(), stdout=subprocess.PIPE).stdout

print(VERSION, render("''x''"))
