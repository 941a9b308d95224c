import subprocess
out = subprocess.check_output("cd app && node dump.js | php import.php", shell=True)
print(out.decode())
