import subprocess

def to_html(text):
    p = subprocess.Popen(["ruby", "markup.rb"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    return p.communicate(text.encode())[0]
