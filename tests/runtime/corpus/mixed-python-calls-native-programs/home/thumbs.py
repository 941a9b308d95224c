#!/usr/bin/python3
import subprocess
subprocess.check_call(["convert", "a.png", "-thumbnail", "120x120", "a.jpg"])
subprocess.call("samtools flagstat x.bam > x.txt", shell=True)
subprocess.call(["ls", "-l"])
