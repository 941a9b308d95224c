#!/usr/bin/env bash
# add-user.sh USER [OPTION...]: lets USER run jobs: a namespace that says who USER is, and USER's rights in it. Run it
# again after a change of ids, groups or volumes. What is not said is asked of this machine's user database.
#   --namespace NAME   grid-USER
#   --uid N  --gid N  --gids N,N,...  --home PATH
#   --volume PATH      a path of the nodes that USER's jobs may mount, beside the home; may be repeated
#   --nfs SERVER:PATH  an NFS export that they may mount; may be repeated
#   --local-queue NAME=CLUSTERQUEUE  a LocalQueue of Kueue's in USER's namespace; may be repeated
#   --interactive      USER may attach to and execute in own pods (qlogin, qrsh)
#   --print            print the objects instead of applying them
set -euo pipefail
fail() { echo "add-user: $*" >&2; exit 1; }
usage() { sed -n '2,10s/^# \{0,1\}//p' "$0" >&2; exit 2; }

user='' namespace='' uid='' gid='' gids='' home='' volumes='' nfs='' interactive='' queues=() print=''
while [ $# -gt 0 ]; do
  case $1 in
    --interactive | --print) printf -v "${1#--}" yes; shift ;;
    --namespace | --uid | --gid | --gids | --home | --volume | --nfs | --local-queue)
      [ $# -ge 2 ] || usage
      case $1 in
        --volume) volumes+=,$2 ;;
        --nfs) nfs+=,$2 ;;
        --local-queue) queues+=("$2") ;;
        *) printf -v "${1#--}" %s "$2" ;;
      esac
      shift 2 ;;
    -*) usage ;;
    *) [ -z "$user" ] || usage; user=$1; shift ;;
  esac
done
[ -n "$user" ] || usage

if entry=$(getent passwd "$user"); then
  IFS=: read -r _ _ entry_uid entry_gid _ entry_home _ <<< "$entry"
  uid=${uid:-$entry_uid} gid=${gid:-$entry_gid} home=${home:-$entry_home}
  gids=${gids:-$(id -G "$user" | tr ' ' ,)}
fi
[ -n "$uid" ] && [ -n "$gid" ] && [ -n "$home" ] || fail "this machine knows no user $user: say --uid, --gid and --home"
gids=${gids:-$gid}
[[ ,$gids, == *,$gid,* ]] || gids=$gid,$gids
namespace=${namespace:-grid-$user}

[[ $user =~ ^[A-Za-z0-9_.][A-Za-z0-9_.@-]*$ ]] || fail "'$user' is not a user name"
[[ $namespace =~ ^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$ ]] || fail "'$namespace' cannot be a namespace: say --namespace"
[[ $uid =~ ^[1-9][0-9]*$ ]] || fail "jobs cannot run as uid '$uid'"
[[ $gids =~ ^[0-9]+(,[0-9]+)*$ ]] || fail "'$gids' is not a list of group ids"
[[ ,$gids, != *,0,* ]] || fail "jobs cannot run with group 0"
volumes=$home$volumes
for queue in "${queues[@]}"; do
  [[ $queue =~ ^[a-z0-9]([-.a-z0-9]*[a-z0-9])?=[a-z0-9]([-.a-z0-9]*[a-z0-9])?$ ]] || fail "'$queue' is not NAME=CLUSTERQUEUE"
done
[[ $volumes =~ ^/[^,\"\\]+(,/[^,\"\\]+)*$ ]] || fail "'$volumes' is not a list of absolute paths other than /"

binding() { # ROLE
  cat <<Y
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: $1
  namespace: $namespace
  labels: {app.kubernetes.io/managed-by: gridshim}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: $1}
subjects:
  - {apiGroup: rbac.authorization.k8s.io, kind: User, name: "$user"}
Y
}

objects() {
  cat <<Y
apiVersion: v1
kind: Namespace
metadata:
  name: $namespace
  labels:
    app.kubernetes.io/managed-by: gridshim
    # hostPath homes need this level; gridshim's own admission policy is the stricter one
    pod-security.kubernetes.io/enforce: privileged
  annotations:
    gridshim.io/user: "$user"
    gridshim.io/uid: "$uid"
    gridshim.io/gid: "$gid"
    gridshim.io/gids: "$gids"
    gridshim.io/home: "$home"
    gridshim.io/volumes: "$volumes"
    gridshim.io/nfs: "${nfs#,}"
Y
  binding gridshim-submitter
  # It limits nothing. Without any in a namespace the API server asks itself for some before it makes a pod there, every half minute
  # anew; with pods for many users at once, as crontabs have at the full hour, that is most of what it does.
  cat <<Y
---
apiVersion: v1
kind: LimitRange
metadata:
  name: gridshim
  namespace: $namespace
  labels: {app.kubernetes.io/managed-by: gridshim}
spec: {limits: []}
Y
  [ -z "$interactive" ] || binding gridshim-interactive
  local queue
  for queue in "${queues[@]}"; do
    cat <<Y
---
apiVersion: kueue.x-k8s.io/v1beta2
kind: LocalQueue
metadata:
  name: ${queue%%=*}
  namespace: $namespace
  labels: {app.kubernetes.io/managed-by: gridshim}
spec:
  clusterQueue: ${queue#*=}
Y
  done
}

if [ -n "$print" ]; then objects; else objects | kubectl apply -f -; fi
