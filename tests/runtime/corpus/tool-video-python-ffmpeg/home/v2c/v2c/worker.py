import subprocess
import sys

from v2c import encode


def download(url, outdir):
    cmd = ['youtube-dl', '--no-playlist', '-o', outdir + '/%(id)s.%(ext)s', url]
    p = subprocess.Popen(cmd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    for line in p.stdout:
        print(line.decode('utf-8', 'replace').rstrip())
    if p.wait():
        raise RuntimeError('youtube-dl failed')


if __name__ == '__main__':
    for url in sys.stdin:
        download(url.strip(), '/tmp/v2c')
        encode.encode('/tmp/v2c/in.mp4')
