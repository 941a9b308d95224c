#!/usr/bin/env bash
# smoke.sh: proves on a running cluster (`cluster.sh up`) what gridshim relies on: a job runs as its user in that user's
# home; nobody can be anybody else; the counter counts and cannot be spoilt. Leaves nothing behind.
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
DIR=${GRIDSHIM_CLUSTER:-/var/tmp/gridshim-cluster}
for part in common oci images node; do . "$HERE/lib/$part.sh"; done
export KUBECONFIG=$DIR/admin.kubeconfig
passed=0 failed=0
mkdir -p "$DIR/tmp"
work=$(mktemp -d "$DIR/tmp/smoke.XXXXXX")

pass() { passed=$((passed + 1)); echo "ok    $1"; }
fail() { failed=$((failed + 1)); echo "FAIL  $1"; printf '      %s\n' "${2:-}" | head -n 20; }
bob() { runuser -u bob -- env -u KUBECONFIG HOME=/home/bob "PATH=$PATH" "$@"; }

# expect WHAT TEXT COMMAND...: it succeeds and prints TEXT.   refuse WHAT TEXT COMMAND...: it fails and prints TEXT.
expect() { local what=$1 text=$2 out; shift 2; if out=$("$@" 2>&1 < /dev/null) && [[ $out == *"$text"* ]]; then pass "$what"; else fail "$what" "$out"; fi; }
refuse() { local what=$1 text=$2 out; shift 2; if ! out=$("$@" 2>&1 < /dev/null) && [[ $out == *"$text"* ]]; then pass "$what"; else fail "$what" "$out"; fi; }

cleanup() {
  kubectl -n grid-bob delete job,secret -l gridshim-smoke --wait=false > /dev/null 2>&1 || true
  for pod in $(kubectl -n grid-bob get pods -l gridshim-smoke -o name 2>/dev/null); do release "$pod"; done
  kubectl delete clusterrolebinding gridshim-smoke > /dev/null 2>&1 || true
  for number in $(running_nodes); do ctr -a "$RUN/$number/containerd.sock" -n k8s.io images rm localhost/gridshim/smoke:dev > /dev/null 2>&1 || true; done
  rm -rf "$work" /home/bob/gridshim-smoke
}
trap cleanup EXIT
trap 'echo "smoke: stopped at line $LINENO: $BASH_COMMAND" >&2' ERR
alive kube-apiserver || die "no cluster: 'cluster.sh up' first"
release() { kubectl -n grid-bob patch "$1" --type=merge -p '{"metadata":{"finalizers":null}}' > /dev/null 2>&1 || true; }

# A stand-in for the shepherd: a static program that runs its arguments.
gcc -static -O1 -o "$work/exec" -x c - <<'C'
#include <unistd.h>
int main(int argc, char **argv) { (void)argc; execvp(argv[1], argv + 1); return 127; }
C
oci_files "$work/image.tar" localhost/gridshim/smoke:dev '{}' "$work/exec=/gridshim-shepherd"
for number in $(running_nodes); do ctr -a "$RUN/$number/containerd.sock" -n k8s.io images import "$work/image.tar" > /dev/null 2>&1; done

# pod UID GID [MORE-SPEC]: the spec of every pod that gridshim makes.
pod() {
  cat <<J
{"restartPolicy": "Never", "automountServiceAccountToken": false, "enableServiceLinks": false, "terminationGracePeriodSeconds": 5, ${3:-}
 "securityContext": {"runAsUser": $1, "runAsGroup": $2, "supplementalGroups": [$2], "supplementalGroupsPolicy": "Strict", "seccompProfile": {"type": "RuntimeDefault"}},
 "containers": [{"name": "job", "image": "localhost/gridshim/debian:12", "imagePullPolicy": "IfNotPresent",
   "command": ["/opt/gridshim/gridshim-shepherd", "/bin/sh", "/var/spool/gridshim/script"],
   "securityContext": {"allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}${CONTAINER_SECURITY:-}},
   "volumeMounts": [{"name": "shepherd", "mountPath": "/opt/gridshim"}, {"name": "spool", "mountPath": "/var/spool/gridshim"}, {"name": "home", "mountPath": "/home/bob"},
     {"name": "spool", "mountPath": "/etc/passwd", "subPath": "passwd"}, {"name": "spool", "mountPath": "/etc/group", "subPath": "group"}]}],
 "volumes": [{"name": "shepherd", "image": {"reference": "localhost/gridshim/smoke:dev", "pullPolicy": "IfNotPresent"}},
   {"name": "spool", "secret": {"secretName": "gridshim-smoke"}}, {"name": "home", "hostPath": {"path": "${HOSTPATH:-/home/bob}", "type": "Directory"}}]}
J
}
bare_pod() { # NAME SPEC
  echo '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"'"$1"'","namespace":"grid-bob","labels":{"gridshim-smoke":""}},"spec":'"$2"'}'
}
job() { # NAME NAMESPACE SPEC
  cat <<J
{"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "$1", "namespace": "$2", "labels": {"gridshim-smoke": ""}}, "spec": {
 "completions": 3, "parallelism": 3, "completionMode": "Indexed", "backoffLimitPerIndex": 0,
 "podFailurePolicy": {"rules": [{"action": "Ignore", "onExitCodes": {"operator": "In", "values": [99]}}, {"action": "FailIndex", "onExitCodes": {"operator": "In", "values": [100]}}]},
 "template": {"metadata": {"labels": {"gridshim-smoke": ""}, "finalizers": ["gridshim.io/accounting"]}, "spec": $3}}}
J
}
from() { local text=$1; shift; printf '%s' "$text" | "$@"; } # as `expect` and `refuse` give no standard input
# try POD: whether the API server would take it, as an administrator
try() { from "$1" kubectl create --dry-run=server -f -; }

echo "# a job"
rm -rf /home/bob/gridshim-smoke
bob mkdir -m 700 /home/bob/gridshim-smoke
cat > "$work/script" <<'S'
cd "$HOME" 2>/dev/null || cd /home/bob
{ id -u; id -g; id -G; id -un; id -gn; } | tr '\n' ' ' > gridshim-smoke/$JOB_COMPLETION_INDEX
for i in bash dash tcsh ksh perl python3 ruby php node tclsh lua5.4 gawk jq ps less bc; do command -v $i > /dev/null || echo "no $i"; done > gridshim-smoke/missing.$JOB_COMPLETION_INDEX
echo said on stdout
echo usage > /dev/termination-log
S
echo 'bob:x:5002:6001::/home/bob:/bin/bash' > "$work/passwd"
echo 'tools:x:6001:' > "$work/group"
chmod 755 "$work"; chmod 644 "$work"/{script,passwd,group}
expect "bob makes his secret" created bob kubectl create secret generic gridshim-smoke --from-file=script="$work/script" --from-file=passwd="$work/passwd" --from-file=group="$work/group"
kubectl -n grid-bob label secret gridshim-smoke gridshim-smoke= > /dev/null
started=$(date +%s%N)
expect "bob makes an Indexed Job" created from "$(job gridshim-smoke grid-bob "$(pod 5002 6001)")" bob kubectl create -f -
quietly_until 30 test -s /home/bob/gridshim-smoke/0 || true
echo "#     created to first output: $((($(date +%s%N) - started) / 1000000)) ms"
expect "it completes" condition bob kubectl wait --for=condition=complete --timeout=60s job/gridshim-smoke
echo "#     created to complete: $((($(date +%s%N) - started) / 1000000)) ms"
expect "as uid 5002, gid 6001, by name" "5002 6001 6001 bob tools" cat /home/bob/gridshim-smoke/0
expect "its file in the 0700 home belongs to bob" "700 bob:tools bob:tools" echo "$(stat -c %a /home/bob) $(stat -c %U:%G /home/bob/gridshim-smoke/1) $(stat -c %U:%G /home/bob/gridshim-smoke/2)"
expect "every interpreter is in the image" "" test ! -s /home/bob/gridshim-smoke/missing.0
pods=$(bob kubectl get pods -l gridshim-smoke -o name)
expect "our finalizer keeps its pods" 3 from "$pods" wc -w
expect "the usage record is in the status" usage bob kubectl get pods -l gridshim-smoke -o 'jsonpath={.items[0].status.containerStatuses[0].state.terminated.message}'
expect "bob reads its log" "said on stdout" bob kubectl logs "${pods%%$'\n'*}"
expect "bob deletes it" deleted bob kubectl delete job gridshim-smoke --wait=false
for pod in $pods; do release "$pod"; done
expect "without the finalizer the pods go" "" quietly_until 20 sh -c '[ -z "$(kubectl -n grid-bob get pods -l gridshim-smoke -o name)" ]'

echo "# nobody can be anybody else"
refuse "bob may not make pods" "cannot create resource \"pods\"" from "$(bare_pod smoke "$(pod 5002 6001)")" bob kubectl create -f -
refuse "bob may not make jobs in grid-alice" "cannot create resource \"jobs\"" from "$(job smoke grid-alice "$(pod 5001 6001)")" bob kubectl create -f -
refuse "bob may not read secrets in grid-alice" "cannot get resource \"secrets\"" bob kubectl -n grid-alice get secret any
refuse "bob may not change his namespace" "cannot patch resource \"namespaces\"" bob kubectl annotate namespace grid-bob gridshim.io/uid=5001 --overwrite
refuse "bob may not bind roles" "cannot create resource \"rolebindings\"" bob kubectl create rolebinding smoke --clusterrole=cluster-admin --user=bob
refuse "a job as alice in grid-bob is refused at once" "pod runs as uid 5001, but namespace grid-bob belongs to uid 5002" from "$(job smoke grid-bob "$(pod 5001 6001)")" bob kubectl create -f -
expect "a proper pod is taken" created try "$(bare_pod smoke "$(pod 5002 6001)")"
refuse "a pod as alice" "pod runs as uid 5001, but namespace grid-bob belongs to uid 5002" try "$(bare_pod smoke "$(pod 5001 6001)")"
refuse "a pod as root" "pod runs as uid 0, but" try "$(bare_pod smoke "$(pod 0 6001)")"
refuse "a pod as its image likes" "pod runs as the uid of its image" try "$(bare_pod smoke "$(pod 5002 6001 | sed 's/"runAsUser": 5002, //')")"
refuse "a foreign group" "pod runs with group 0, 0, but namespace grid-bob has groups 6001" try "$(bare_pod smoke "$(pod 5002 0)")"
refuse "groups of the image" "supplementalGroupsPolicy Strict" try "$(bare_pod smoke "$(pod 5002 6001 | sed 's/"Strict"/"Merge"/')")"
refuse "fsGroup" "may not set fsGroup" try "$(bare_pod smoke "$(pod 5002 6001 | sed 's/"runAsUser"/"fsGroup": 6001, &/')")"
refuse "hostUsers false" "hostUsers" try "$(bare_pod smoke "$(pod 5002 6001 '"hostUsers": false,')")"
for key in hostNetwork hostPID hostIPC; do refuse "$key" "may not use the node's network" try "$(bare_pod smoke "$(pod 5002 6001 '"'$key'": true,')")"; done
refuse "a container as alice" "not its container job" try "$(CONTAINER_SECURITY=', "runAsUser": 5001' bare_pod smoke "$(CONTAINER_SECURITY=', "runAsUser": 5001' pod 5002 6001)")"
refuse "an init container as root" "not its container first" try "$(bare_pod smoke "$(pod 5002 6001 '"initContainers": [{"name": "first", "image": "any", "securityContext": {"runAsUser": 0, "allowPrivilegeEscalation": false}}],')")"
refuse "privilege escalation" "needs allowPrivilegeEscalation false" try "$(bare_pod smoke "$(pod 5002 6001 | sed 's/"allowPrivilegeEscalation": false, //')")"
refuse "an added capability" "nor added capabilities" try "$(bare_pod smoke "$(pod 5002 6001 | sed 's/"drop": \["ALL"\]/"add": ["SYS_ADMIN"]/')")"
refuse "privileged" "privileged" try "$(bare_pod smoke "$(pod 5002 6001 | sed 's/"allowPrivilegeEscalation": false/"privileged": true/')")"
refuse "no seccomp" "Unconfined" try "$(bare_pod smoke "$(pod 5002 6001 | sed 's/RuntimeDefault/Unconfined/')")"
refuse "alice's home" "volume home (/home/alice) is not among those of namespace grid-bob" try "$(bare_pod smoke "$(HOSTPATH=/home/alice pod 5002 6001)")"
refuse "a foreign NFS export" "volume home (server:/export) is not among" try "$(bare_pod smoke "$(pod 5002 6001 | sed 's/"hostPath": {[^}]*}/"nfs": {"server": "server", "path": "\/export"}/')")"
refuse "an odd kind of volume" "volume home is not among" try "$(bare_pod smoke "$(pod 5002 6001 | sed 's/"hostPath": {[^}]*}/"csi": {"driver": "any"}/')")"

from "$(bare_pod smoke "$(pod 5002 6001 | sed 's/"\/bin\/sh", "[^"]*"/"sleep", "60"/')")" kubectl create -f - > /dev/null
debug() { # SECURITY-CONTEXT: an ephemeral container in the running pod
  echo '{"securityContext": '"$1"'}' > "$work/debug.json"
  kubectl -n grid-bob debug smoke -c debug --image=any --profile=restricted --custom="$work/debug.json"
}
refuse "an ephemeral container as root" "not its container debug" debug '{"runAsUser": 0, "allowPrivilegeEscalation": false}'
refuse "an ephemeral container with a capability" "container debug needs" debug '{"capabilities": {"add": ["SYS_PTRACE"]}}'
expect "labels of a pod stay changeable" patched kubectl -n grid-bob patch pod smoke --type=merge -p '{"metadata":{"labels":{"a":"b"}}}'
kubectl -n grid-bob delete pod smoke --grace-period=0 --force > /dev/null 2>&1

echo "# the counter"
count() { bob kubectl patch jobcounter gridshim --type=merge -p '{"spec":{"nonce":"'"$1"'"}}' -o 'jsonpath={.metadata.generation}'; }
before=$(count "$RANDOM$RANDOM-a")
expect "each PATCH answers with the next number" "$((before + 1))" count "$RANDOM$RANDOM-b"
refuse "labels stay" "only spec.nonce of the job counter may change" bob kubectl label jobcounter gridshim a=b
refuse "finalizers stay" "only spec.nonce of the job counter may change" bob kubectl patch jobcounter gridshim --type=merge -p '{"metadata":{"finalizers":["a.b/c"]}}'
refuse "a long nonce" "may not be more than 64" count "$(printf %65s)"
bob kubectl patch jobcounter gridshim --type=merge -p '{"metadata":{"generation":1},"spec":{"other":1}}' > /dev/null 2>&1 || true
expect "the number cannot be set" "$((before + 1))" kubectl get jobcounter gridshim -o 'jsonpath={.metadata.generation}'
refuse "bob may not delete it" "cannot delete resource" bob kubectl delete jobcounter gridshim
kubectl create clusterrolebinding gridshim-smoke --clusterrole=cluster-admin --user=gridshim-smoke > /dev/null
refuse "nor may an administrator by mistake" "may not be deleted" kubectl --as=gridshim-smoke delete jobcounter gridshim
refuse "there is only one" "there is one counter only" from '{"apiVersion":"gridshim.io/v1","kind":"JobCounter","metadata":{"name":"another"},"spec":{"nonce":""}}' kubectl create -f -

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
