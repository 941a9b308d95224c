import os
from subprocess import check_output, CalledProcessError

HERE = os.path.dirname(os.path.abspath(__file__))


def check(title):
    try:
        return check_output(['perl', os.path.join(HERE, 'checkwiki.pl'), '--title', title]).decode('utf-8')
    except CalledProcessError as e:
        return 'error %d' % e.returncode
