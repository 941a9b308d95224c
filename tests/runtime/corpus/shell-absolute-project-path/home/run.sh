#!/bin/bash
cd /data/project/wikilint/lint
perl /data/project/wikilint/lint/lint.pl < /data/project/wikilint/pages.txt
