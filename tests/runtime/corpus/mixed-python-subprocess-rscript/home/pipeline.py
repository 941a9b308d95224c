import subprocess
import sys

def plot(path):
    """Draw the figure; R does it better."""
    subprocess.run(["Rscript", "--vanilla", "plot.R", path], check=True)

plot(sys.argv[1] if len(sys.argv) > 1 else "in.csv")
