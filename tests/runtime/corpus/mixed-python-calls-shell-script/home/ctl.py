import subprocess
subprocess.run(["bash", "bin/deploy.sh"], check=True)
