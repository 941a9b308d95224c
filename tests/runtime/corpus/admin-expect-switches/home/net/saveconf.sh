#!/bin/bash
# save the configuration of all switches
cd "$HOME/net" || exit 1
PW=$(cat .pw)
DATE=$(date +%Y%m%d)

grep -v '^ *#' switches | while read sw model; do
/usr/bin/expect > /dev/null <<EOD
log_file -noappend conf/$sw.$DATE
set timeout 30
spawn ssh -o StrictHostKeyChecking=no backup@$sw
expect {
    "assword:" { send "$PW\r" }
    timeout    { exit 1 }
}
expect "#"
send "show running-config\r"
expect "#"
send "exit\r"
expect eof
EOD
if [ $? -ne 0 ]; then echo "$sw ($model) failed"; continue; fi
cmp -s conf/$sw.$DATE conf/$sw.last || diff -u conf/$sw.last conf/$sw.$DATE
ln -sf $sw.$DATE conf/$sw.last
done | mailx -E -s "switches: python was easier" netadmin
