"""Encoding. `node transcode.js` of the first version is gone."""
import json
import subprocess


def probe(path):
    out = subprocess.check_output('ffprobe -v quiet -print_format json -show_format "%s"' % path, shell=True)
    return json.loads(out.decode())


def encode(path):
    info = probe(path)
    args = ['ffmpeg', '-y', '-i', path, '-threads', '4', '-c:v', 'libvpx-vp9']
    if float(info['format']['duration']) > 3600:
        args += ['-deadline', 'good', '-cpu-used', '2']
    subprocess.check_call(args + [path + '.webm'])

