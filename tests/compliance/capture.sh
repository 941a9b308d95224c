#!/usr/bin/env bash
# Records what the real Grid Engine prints into compat/captures/: help texts, qstat -j of several
# kinds of job, XML, -verify, accounting. Run as root after `real-grid-engine.sh up`; jobs are bob's.
# The machine's host name becomes host1; nothing else is changed.
set -u
here=$(cd "$(dirname "$0")" && pwd)
out=$here/../../compat/captures
mkdir -p "$out"/{help,qstat-j,qstat-xml,qstat,verify,qacct}
host=$(hostname)
work=$(su bob -c 'mktemp -d /home/bob/capture.XXXXXX')
# Columns keep their width: blanks that follow the name grow or shrink with it.
clean() {
  HOST=$host WORK=$work perl -pe '
    BEGIN { $h = $ENV{HOST}; $d = length("host1") - length($h); }
    s/all\.q\@\Q$h\E( +)MASTER/"all.q\@host MASTER"/e if /^ {6,}/;
    s/(?<![\w.-])\Q$h\E(?![\w.-])( *)/"host1" . (length($1) > 1 ? " " x (length($1) > $d + 1 ? length($1) - $d : 1) : $1)/ge;
    s#\Q$ENV{WORK}\E#/home/bob/work#g'
}
bob() { env -i PATH=/usr/local/bin:/usr/bin:/bin LANG=C.UTF-8 su bob -c "cd $work; unset TERM OLDPWD; $1" </dev/null 2>&1; }
as_root() { env -i PATH=/usr/bin:/bin LANG=C.UTF-8 "$@" </dev/null 2>&1; }
keep() { clean > "$out/$1"; }
submit() { bob "qsub -terse $1" | tail -1 | cut -d. -f1; }
until_state() { # id state
  for _ in $(seq 120); do
    [ "$(bob "qstat" | awk -v i="$1" '$1==i {print $5; exit}')" = "$2" ] && return; sleep 0.5
  done; echo "job $1 never became $2" >&2; }
until_gone() { for _ in $(seq 120); do bob "qstat -j $1" >/dev/null || return; sleep 0.5; done; }
until_accounted() { for _ in $(seq 120); do bob "qacct -j $1" >/dev/null && return; sleep 0.5; done; }

for c in qsub qstat qdel qacct qhold qrls qalter qresub qselect qmod qhost qconf qrsh qlogin qsh; do
  as_root $c -help | keep help/$c.txt
done
as_root qconf -sc | keep complexes.txt
as_root qconf -sconf | keep qconf-sconf.txt
as_root qconf -ssconf | keep qconf-ssconf.txt
as_root qconf -sq task | keep qconf-sq.txt
as_root qconf -sq | keep qconf-sq-template.txt
as_root qconf -sp smp | keep qconf-sp.txt
as_root qconf -se "$host" | keep qconf-se.txt
as_root qhost | keep qhost.txt
as_root qhost -q | keep qhost-q.txt
as_root qhost -xml | keep qhost-xml.txt
as_root qstat -f | keep qstat/f-empty.txt
bob 'qstat -xml' | keep qstat-xml/empty.txt
bob 'qstat -f -xml' | keep qstat-xml/full-empty.txt

bob "printf 'echo hello\nsleep 300\n' > run.sh; printf '#\$ -N fromscript\n#\$ -l h_rt=60\nsleep 1\n' > opts.sh; chmod +x run.sh"
v() { bob "qsub -verify $2; echo; echo \"exit \$?\"" | keep "verify/$1.txt"; }
v plain 'run.sh'
v args 'run.sh a "b c"'
v binary '-b y sleep 60'
v script-options 'opts.sh'
v many '-cwd -N many -j y -o out.txt -e err.txt -l h_rt=60,h_vmem=1G -q task,all.q -pe smp 2-4 -hold_jid 1,x -v A=1,B="x y" -m be -M bob@example.org -p -5 -r y -S /bin/sh -A acct run.sh a b'
v array '-t 1-10:3 -tc 2 run.sh'
v hold '-h -a 12312359 -now n -notify run.sh'
v soft '-soft -l h_rt=5 -q task -hard -l mem_free=1M run.sh'
v exported '-V -cwd run.sh'
v terse '-terse run.sh'
v sync '-sync y -R y -w e run.sh'
v stdin '-N piped -wd /tmp <run.sh'

# Held while pending: a stable picture.
a=$(submit '-h run.sh one "two three"');                                    bob "qstat -j $a" | keep qstat-j/pending-held.txt
b=$(submit '-h -b y sleep 300');                                            bob "qstat -j $b" | keep qstat-j/pending-binary.txt
c=$(submit "-h -cwd -N many -j y -o out.txt -e err.txt -l h_rt=60,h_vmem=1G -q task,all.q -pe smp 2-4 -hold_jid $a,nosuch -v A=1,B='x y' -m be -M bob@example.org,x@example.org -p -5 -r y -S /bin/sh -A acct -R y -notify -tc 2 -t 1-9:2 -i /dev/null run.sh a b")
bob "qstat -j $c" | keep qstat-j/pending-many.txt
bob "qstat -j $a" | keep qstat-j/pending-with-successor.txt
d=$(submit '-h -soft -l h_rt=5 -q task -hard -l mem_free=1M,release=buster run.sh'); bob "qstat -j $d" | keep qstat-j/pending-soft.txt
e=$(bob "qsub -h -terse < run.sh");                                         bob "qstat -j $e" | keep qstat-j/pending-stdin.txt
f=$(submit '-l h_vmem=999T run.sh'); sleep 3;                               bob "qstat -j $f" | keep qstat-j/pending-impossible.txt
g=$(submit '-a 12312359 -now n -w n -r n -shell n -b y /bin/sleep 3');      bob "qstat -j $g" | keep qstat-j/pending-start-time.txt
h=$(submit '-V -h -wd /tmp run.sh');                                        bob "qstat -j $h" | keep qstat-j/pending-environment.txt
bob "qstat -j $a,$b" | keep qstat-j/two-jobs.txt
bob "qstat -j $a -xml" | keep qstat-xml/job-held.txt
bob "qstat -j $c -xml" | keep qstat-xml/job-many.txt
r=$(submit '-cwd -l h_rt=600 run.sh'); until_state "$r" r; sleep 2;         bob "qstat -j $r" | keep qstat-j/running.txt
bob "qstat -j $r -xml" | keep qstat-xml/job-running.txt
s=$(submit '-N par -cwd -pe smp 2 -q continuous run.sh'); until_state "$s" r; bob "qstat -j $s" | keep qstat-j/running-parallel.txt
bob "qstat -j $s -xml" | keep qstat-xml/job-running-parallel.txt
t=$(submit '-N arr -cwd -t 1-5:2 -tc 2 run.sh'); until_state "$t" r; sleep 1; bob "qstat -j $t" | keep qstat-j/running-array.txt
bob "qstat -j $t -xml" | keep qstat-xml/job-array.txt
q=$(submit '-o /nosuch/dir/x -N noout run.sh'); until_state "$q" Eqw;       bob "qstat -j $q" | keep qstat-j/error-state.txt
for o in '' -r -f -g\ d -ext -urg -pri -t '-f -r' -g\ c '-g t' '-s p' '-s r' -explain\ E; do
  bob "qstat $o" | keep "qstat/options${o// /}.txt"
done
for o in '' -r -f '-s p' '-s r' '-g d' -ext -urg; do bob "qstat $o -xml" | keep "qstat-xml/list${o// /}.txt"; done
bob "qstat -g c -xml" | keep qstat-xml/cluster-queues.txt
bob 'qstat -j 9999999 -xml; echo "exit $?"' | keep qstat-xml/unknown.txt
bob 'qstat -j 9999999; echo "exit $?"' | keep qstat-j/unknown.txt
as_root qhost -j | keep qhost-j.txt
bob "qdel $a $b $c $d $e $f $g $h $q $r $s $t" | keep qdel-mixed.txt
until_gone "$r"
bob "qstat -s z" | keep qstat/options-sz.txt
bob "qstat -s z -xml" | keep qstat-xml/finished.txt
ok=$(submit '-cwd -N fine -l h_rt=60 -b y true'); bad=$(submit "-N bad -b y exit 3"); arr=$(submit '-N tasks -t 2-4:2 -b y true')
par=$(submit '-N par -pe smp 2 -A acct -b y true'); miss=$(submit '-N miss -b y nosuchcommand')
kill=$(submit "-N selfkill -b y 'kill -9 \$\$'"); limit=$(submit '-N limit -l h_rt=2 -b y sleep 60')
for i in $ok $bad $arr $par $miss $kill $limit $r; do until_accounted "$i"; done
i=0; for n in fine bad array parallel missing selfkill limit deleted; do
  i=$((i+1)); id=$(echo "$ok $bad $arr $par $miss $kill $limit $r" | cut -d' ' -f$i)
  bob "qacct -j $id" | keep "qacct/$n.txt"
  grep ":$id:" /var/lib/gridengine/default/common/accounting | clean >> "$out/qacct/accounting-lines.new"
done
mv "$out/qacct/accounting-lines.new" "$out/qacct/accounting-lines.txt"
bob "qacct -j 9999999; echo \"exit \$?\"" | keep qacct/unknown.txt
bob "qacct -o bob" | keep qacct/owner.txt
bob "qacct" | keep qacct/total.txt
bob "qacct -q" | keep qacct/queues.txt
rm -rf "$work"
