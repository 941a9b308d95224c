#!/usr/bin/env bash
# Records what the real qconf and qquota print into compat/captures/{qconf,qquota}/. Run as root after `real-grid-engine.sh up`.
# Objects it needs are called rec… and are removed again at once; limits of quota sets are so high that they hinder nobody.
# The machine's host name becomes host1; dates stay. `2> ` marks lines of standard error, `<usage>` stands for -help's text.
# One part alone: capture-qconf.sh qconf, or qquota (which waits until nobody's job runs, for the numbers to be those of its own jobs).
# What stops daemons (-k…), and what would change an object that is not ours, is never run.
set -u
here=$(cd "$(dirname "$0")" && pwd)
out=$here/../../compat/captures
mkdir -p "$out"/{qconf,qquota}
host=$(hostname)
export SGE_ROOT=/var/lib/gridengine SGE_CELL=default EDITOR=/bin/false
work=$(mktemp -d /tmp/capture.XXXXXX); chmod 755 "$work"; cd "$work" || exit 1
real() { timeout 20 "/usr/bin/$@" </dev/null; }
bob() { su bob -s /bin/bash -c "cd /tmp; export SGE_ROOT=$SGE_ROOT SGE_CELL=$SGE_CELL EDITOR=$EDITOR; $1" </dev/null; }
clean_up() {
  real qdel "${jobs[@]}"; real qconf -drqs reca,recb,recc,recd,rece,recf,recg,rec_a_rather_long_name_of_set
  for set in reca recb recc recd; do real qconf -drqs $set; done
  real qconf -dckpt recckpt; real qconf -dprj recproj; real qconf -dcal reccal
  for group in @recouter @recinner @recempty; do real qconf -dhgrp $group; done
  for list in recul recdept; do real qconf -dul $list; done
  rm -rf "$work"
} >/dev/null 2>&1
jobs=(); trap clean_up EXIT
clean() { HOST=$host WORK=$work perl -pe 's/(?<![\w.-])\Q$ENV{HOST}\E(?![\w.-])/host1/g; s/\Q$ENV{WORK}\E/work/g'; }
keep() { clean > "$out/$1"; }
# One command: its line, what it prints, its exit code.
show() { # user, command line
  local code
  printf '%s %s\n' "$([ "$1" = root ] && echo '#' || echo "$1\$")" "$2"
  if [ "$1" = root ]; then eval "timeout 20 /usr/bin/$2" >o 2>e </dev/null; code=$?; else bob "/usr/bin/$2" >o 2>e; code=$?; fi
  FILE=e perl -e '
    local $/; open F, "/usr/bin/'"${2%% *}"' -help |"; $u = <F>;
    for ("o", "e") { open G, $_; $t = <G>; $t =~ s/\Q$u\E/<usage>\n/; $t .= "\n" if length $t && $t !~ /\n$/; $t =~ s/^/2> /mg if $_ eq "e" && length $t; print $t }'
  echo "exit $code"
}

if [ "${1:-qconf}" = qconf ]; then
real qconf -sq "task@$host" | keep qconf/instance.txt

{ for o in -sql -spl -sel -ss -sh -sm -so -sconfl -sul -shgrpl -sprjl -scall -sckptl -srqsl -srqs -sss -secl -sds -sst -sstree \
    '-sstnode /x' '-rsstnode /x' -sp -se -scal -sckpt -sprj -su -suser -shgrp -shgrp_tree -shgrp_resolved -sobjl '-sobjl queue' \
    '-sobjl queue slots' -sstnode -rsstnode '' - foo '-sql foo' '-sql ""' '-sql -spl' '-spl -nosuch' '-sql -help' -sep -sce '-so -sql' \
    '-sp nosuch -sql' '-sp smp make' '-sp smp,make' '-scal nosuch -sql' '-sckpt nosuch -sql' '-se nosuch -sql' '-se global' \
    '-se template' '-sprj nosuch -sql' '-su nosuch -sql' '-su nosuch,arusers' '-su arusers,nosuch' '-su arusers,deadlineusers' \
    '-suser nosuch -sql' '-suser nosuch,nosuch2' '-shgrp @nosuch -sql' "-shgrp_tree @allhosts" '-shgrp_resolved @allhosts' \
    '-shgrp @allhosts' '-srqs nosuch -sql' "-sconf $host -sql" '-sconf nosuch' '-sq nosuch -sql' '-sq @x -sql' '-sp -sql' \
    '-sobjl queue slots 4' "-sobjl queue qname 't*'" '-sobjl queue slots 5' "-sobjl exechost hostname '*'" \
    '-sobjl exechost complex_values release=buster' '-sobjl queue_instance slots 4' '-sobjl foo a b' "-sobjl queue pe_list 'smp make'" \
    '-sobjl queue pe_list smp' '-ar 3' '-R y' -verbose; do
  show root "qconf $o"; done; } | keep qconf/show.txt

{ for o in n1,task,n2 task,n1,n2 task,n1 task,n1,all.q,n2 n1,n2,task,n3 n1,n2 'n1 n2 task' "'n*,t*'" "'t*,n*'" "'n1,*'" n1,all.q,task,n2 \
    n1,n1,task task,task "task,task@$host" "'*@@allhosts'" 'task@@nosuch' "'*@nosuch'" "@$host" ,; do
  show root "qconf -sq $o" | awk '/^qname|^hostname/ || !/^[a-z_]+  +[^ ]/'; done; } | keep qconf/phrases.txt

printf 'name recdept\ntype DEPT\nfshare 0\noticket 0\nentries @tools,alice\n' > dept
printf 'name recproj\noticket 5\nfshare 7\nacl arusers deadlineusers\nxacl NONE\n' > prj
printf 'calendar_name reccal\nyear 1.1.2030,25.12.2030=off\nweek mon-fri=20-6\n' > cal
ckpt() { printf '%s\n' 'ckpt_name recckpt' 'interface userdefined' "ckpt_command $1" 'migr_command none' 'restart_command none' 'clean_command none' 'ckpt_dir /tmp' 'signal none' 'when smxr'; }
ckpt none > ckpt
printf 'group_name @recempty\nhostlist NONE\n' > empty
printf 'group_name @recinner\nhostlist %s\n' "$host" > inner
printf 'group_name @recouter\nhostlist @recinner %s\n' "$host" > outer
cat > rqs <<X
{
   name         reca
   description  what it is for
   enabled      FALSE
   limit        users {bob} queues task to slots=10,h_vmem=4G
   limit        name second users {*} hosts {@allhosts} to slots=\$num_proc*2
   limit        to s=99,h_rt=1:0:0
}
{
   name         recb
   description  "quoted"
   enabled      FALSE
   limit        hosts !x,$host queues {*} users {*,!alice} pes smp to slots=3
}
X
{ for o in '-au bob,alice recul' '-Au dept' '-Aprj prj' '-Acal cal' '-Ackpt ckpt' '-Ahgrp empty' '-Ahgrp inner' '-Ahgrp outer' '-Arqs rqs' \
    -sul '-su recul,recdept' -sprjl '-sprj recproj' -scall '-scal reccal' -sckptl '-sckpt recckpt' -shgrpl '-shgrp @recouter' \
    '-shgrp_tree @recouter' '-shgrp_resolved @recouter' '-shgrp @recempty' '-shgrp_tree @recempty' '-shgrp_resolved @recempty' \
    -srqsl -srqs '-srqs recb' "-srqs 'rec*'" '-srqs reca,nosuch'; do
  show root "qconf $o"; done; } | keep qconf/objects.txt
{ for o in '-drqs reca,recb' '-dhgrp @recouter' '-dhgrp @recinner' '-dhgrp @recempty' '-dckpt recckpt' '-dcal reccal' '-dprj recproj' '-dul recul' '-dul recdept'; do
  real qconf $o; done; } >/dev/null 2>&1

{ for n in 59 60 61 62 66; do
    printf 'name recul\ntype ACL\nfshare 0\noticket 0\nentries rec%s,recb,recc\n' "$(head -c $n /dev/zero | tr '\0' a)" > list
    real qconf -Au list >/dev/null 2>&1; real qconf -su recul | tail -n +5; real qconf -dul recul >/dev/null 2>&1
  done
  for n in 54 55 60; do
    ckpt "/x/$(head -c $n /dev/zero | tr '\0' a) bbb" > ckpt
    real qconf -Ackpt ckpt >/dev/null 2>&1; real qconf -sckpt recckpt | sed -n '3,/^migr/p' | grep -v migr; real qconf -dckpt recckpt >/dev/null 2>&1
  done
  printf 'calendar_name reccal\nyear %s\nweek NONE\n' '1.1.2030,25.12.2030=off 1.2.2030,2.2.2030=off 3.2.2030,4.2.2030=off 5.2.2030,6.2.2030=off' > cal
  real qconf -Acal cal >/dev/null 2>&1; real qconf -scal reccal; real qconf -dcal reccal >/dev/null 2>&1
} | keep qconf/long-lines.txt

# Rules as they are stored, or why they are not.
while IFS= read -r rule; do
  printf '{\n name reca\n description NONE\n enabled FALSE\n limit %s\n}\n' "$rule" > rqs
  printf '%s\n' "$rule"; real qconf -Arqs rqs 2>&1 | grep -v 'added "reca"' | sed 's/^/2> /'
  real qconf -srqs reca 2>/dev/null | sed -n '/^   limit/,/^}/p' | grep -v '^}'; real qconf -drqs reca >/dev/null 2>&1
done <<'X' | keep qconf/quota-rules.txt
users {!alice} queues {*,!task} to slots=9001
hosts !nosuch,x to slots=1
users bob hosts * queues * pes smp,make to slots=9007,h_vmem=4000G,mem_free=1.5G,s_rt=1000:0:0,load_avg=7.50
users {aaaaaaaaaaaaaaaa,bbbbbbbbbbbbbbbbbbbbb,cccccccccccccccccccccccc,dddddddddddddddd} to slots=3
users aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa to slots=3,h_vmem=5G
users {bob, root} to slots=3
users @nosuch queues nosuch pes nosuch projects nosuch hosts @nosuch to slots=1
users {} to s=3
users bob to slots=5.5,h_rt=90,arch=x
name bob to slots=3
users bob
users bob to nosuch=1
users bob to slots=x
to slots=$num_proc
hosts * to slots=$num_proc
name a name b to slots=3
users bob users alice to slots=4
queue task to slots=3
to slots=3 more
X

{ for o in -aattr '-aattr queue slots' '-aattr queue slots 3' '-aattr queue slots 3 recq -sql' '-aattr foo a b c' '-Aattr queue /nosuch recq' \
    -acal '-acal reccal -sql' -Acal '-Acal /nosuch -sql' '-ackpt recckpt' -aconf -Aconf "-Aconf /nosuch/$host" '-Aconf /nosuch' '-ae template' \
    '-Ae /nosuch' -ah '-ah recnosuch -sql' "-ah $host -sql" "-as $host,$host" '-ahgrp @recgrp' -Ahgrp '-Ahgrp /nosuch' -arqs '-Arqs /nosuch' \
    '-am recu,recv -sql' '-ao recu' '-ap recpe' '-Ap /nosuch' -aprj '-Aprj /nosuch' '-aq recq -sql' '-Aq /nosuch' -astree '-Astree /nosuch' \
    '-astnode /x=1' '-au recu recul' '-au recu' '-au reca,recb recul,recul2 -sql' -Au '-Au /nosuch' -auser '-Auser /nosuch' \
    '-cq recnosuch -sql' '-dattr queue slots 3 recq' '-dcal recnosuch -sql' '-dckpt recnosuch' -dconf '-dconf recnosuch' "-dconf $host" \
    '-de reca,recb -sql' '-dh recnosuch' '-dhgrp @recnosuch -sql' '-drqs recnosuch' -drqs '-dm recnosuch' '-do recnosuch' '-dp recnosuch' \
    '-dprj recnosuch' '-dq recnosuch -sql' '-ds recnosuch' '-dstnode /x -sql' '-dstree -sql' '-du recu recul' '-du recu arusers -sql' \
    '-dul recul' '-duser recuser' -mattr '-mc -sql' -Mc '-Mc /nosuch -sql' '-mcal recnosuch' '-Mcal /nosuch' '-mckpt recnosuch' -mconf \
    "-Mconf /nosuch/$host" '-me recnosuch' '-mhgrp @recnosuch' -mrqs -Mrqs '-mp recnosuch' '-mprj recnosuch' '-mq recnosuch' -mq -msconf \
    '-Msconf /nosuch' '-mstnode /x=3' -mstree '-mu recul' '-Mu /nosuch' '-muser recu' '-purge queue slots recq' '-purge queue slots recq@x' \
    '-purge foo a b' '-rattr queue slots 3 recq' '-tsm -sql' '-dq recnosuch,rec2' '-sql -dq recnosuch -spl'; do
  show bob "qconf $o"; done; } | keep qconf/denied.txt

fi
[ "${1:-qquota}" = qquota ] || exit 0
real qquota -help > "$out/help/qquota.txt"
{ for o in '' -xml '-u *' -l '-l nosuch' '-xml -nosuch' '-help -xml' '-help x' foo '-u a b c' '-u -xml' "''"; do
  show root "qquota $(printf %s "$o" | sed 's/\*/\\*/g')"; done; } | keep qquota/empty.txt

submit() { jobs+=("$(bob "/usr/bin/qsub -terse -N rec -o /dev/null -e /dev/null $1 -b y sleep 100")"); }
quiet() { for _ in $(seq 300); do [ -z "$(real qstat -s r -u '*')" ] && return; sleep 1; done; echo "others' jobs run all the time" >&2; }
until_running() { for _ in $(seq 60); do [ "$(real qstat -s r -u bob | grep -c ' rec  ')" -ge ${#jobs[@]} ] && return; sleep 1; done; }
quotas() { # name of the capture, then the queries
  local name=$1; shift
  real qconf -Arqs rqs >/dev/null 2>&1; jobs=(); quiet
  submit '-q task'; submit '-q task'; submit '-q continuous -pe smp 2'; submit '-q all.q -l h_vmem=1G'; until_running
  { real qconf -srqs; for o in "$@"; do show root "qquota $o"; done; } | keep "qquota/$name.txt"
  real qdel "${jobs[@]}" >/dev/null 2>&1
  for set in $(real qconf -srqsl | grep ^rec); do real qconf -drqs "$set" >/dev/null 2>&1; done
}
cat > rqs <<'X'
{
   name         reca
   description  NONE
   enabled      TRUE
   limit        name peruser users {*} queues {task,continuous} to slots=900
   limit        users {*} to slots=800,num_proc=99999
}
{
   name         recb
   description  NONE
   enabled      TRUE
   limit        queues task,all.q users bob,root to slots=700
   limit        hosts {@allhosts} to slots=$num_proc*100
   limit        users {!bob} to slots=999
}
{
   name         recc
   description  NONE
   enabled      TRUE
   limit        pes {smp} hosts * to slots=500,h_vmem=400G
   limit        projects !* users * to slots=600
   limit        to slots=999
}
{
   name         recd
   description  NONE
   enabled      FALSE
   limit        users {*} to slots=100
}
X
quotas braces '' "-u '*'" '-u alice' '-u bob,alice' '-u nosuch' "-u bob -h $host" "-u bob -h '*'" '-u bob -h nosuch' '-u bob -h @allhosts' \
  '-u bob -q task' "-u bob -q 't*'" "-u '*' -q all.q" '-u bob -l slots' '-u bob -l s' '-u bob -l h_vmem' '-u bob -l nosuch' '-u bob -l slots=3,h_vmem' '-xml -u bob' -xml
real qconf -au bob,root recul >/dev/null 2>&1
cat > rqs <<'X'
{
   name         reca
   description  NONE
   enabled      TRUE
   limit        to slots=9999
}
{
   name         rec_a_rather_long_name_of_set
   description  NONE
   enabled      TRUE
   limit        name rather_long_name users {@recul} to slots=123456,h_rt=1:0:0
}
{
   name         recc
   description  NONE
   enabled      TRUE
   limit        users bob hosts {*} to slots=$num_proc*2000
}
{
   name         recd
   description  NONE
   enabled      TRUE
   limit        users {*} queues {*} hosts {@allhosts} to slots=$num_proc*300+5
}
{
   name         rece
   description  NONE
   enabled      TRUE
   limit        users !bob to slots=7000
   limit        users * queues task to slots=7001
   limit        users @recul to slots=7002
}
{
   name         recf
   description  NONE
   enabled      TRUE
   limit        users {*,!bob} pes !* to slots=7003
   limit        pes !* to slots=7004
   limit        users {*} pes * hosts host1 to slots=7005
}
{
   name         recg
   description  NONE
   enabled      TRUE
   limit        projects * to slots=7006
   limit        projects !* to slots=7007
}
X
sed -i "s/host1/$host/" rqs
quotas lists '' "-u '*'" '-u bob' '-u alice' "-u bob -h '*'" '-u bob -h nosuch' '-u bob -q nosuch' '-u bob -pe nosuch' "-u bob -pe '!*'" '-u bob -P nosuch' '-u bob -l h_rt' '-xml -u bob'
real qconf -dul recul >/dev/null 2>&1
cat > rqs <<'X'
{
   name         reca
   description  NONE
   enabled      TRUE
   limit        users {!alice} queues !all.q to slots=9000
   limit        users {*,!alice} queues {*,!task} to slots=9001
}
{
   name         recb
   description  NONE
   enabled      TRUE
   limit        pes {smp} to slots=9002
   limit        users {bob,root} hosts !nosuch,host1 to slots=9003
}
{
   name         recc
   description  NONE
   enabled      TRUE
   limit        users * projects !recx to slots=9004
}
{
   name         recd
   description  NONE
   enabled      TRUE
   limit        projects {*} to slots=9006
   limit        users bob hosts * queues * pes smp,make to slots=9007,h_vmem=4000G,s_rt=1000:0:0
   limit        users !alice,root to slots=9005
}
X
sed -i "s/host1/$host/" rqs
quotas exclusions '' "-u '*'" '-u alice' '-u bob -q all.q' '-u bob -q task' '-u bob -pe nosuch' '-u bob -pe smp' '-u bob -P recx' '-u bob -P foo' '-u bob -h nosuch' "-u 'bo*'" "-xml -u '*'"
