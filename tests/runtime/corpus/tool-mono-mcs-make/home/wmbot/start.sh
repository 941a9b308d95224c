#!/bin/bash
cd "${0%/*}" || exit 1
make -s || exit 2

while true
do
    echo "--- restart $(date)" >> wmbot.log
    mono --gc=boehm bin/wmbot.exe --nolog "$@" >> wmbot.log 2>&1
    rc=$?
    # 120 is @shutdown
    [ $rc -eq 120 ] && break
    sleep 20
done
