#!/usr/bin/env bash
# A real Kubernetes on this machine for gridshim's tests: etcd, API server, controller manager and scheduler on loopback,
# real nodes (kubelet and containerd) or pretended ones (kwok), two users, and gridshim as an administrator installs it.
#
#   cluster.sh up [--nodes N | --fake-nodes N | --control-plane]   starts what does not run; builds what is missing
#   cluster.sh install               after a rebuild: program, links, site file, controller, shepherd
#   cluster.sh load-shepherd PROGRAM the image that carries this static program into every pod
#   cluster.sh images [NAME SPEC...]  builds an image of several runtimes by images/build.sh (python-node) and imports it on each node
#   cluster.sh kueue [off]           starts Kueue beside it (built when missing), or stops it
#   cluster.sh status                what runs
#   cluster.sh down                  stops all and undoes what `up` changed on the machine; keeps the cluster's memory
#   cluster.sh wipe                  forgets that, too; keeps the built programs and images
#
# GRIDSHIM_CLUSTER      where everything is kept (/var/tmp/gridshim-cluster); the administrator's file is in admin.kubeconfig
# GRIDSHIM_BIN          the program to install (target/release/gridshim)
# GRIDSHIM_SHEPHERD_BIN the static shepherd to load (none)
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
REPO=$(cd "$HERE/../.." && pwd)
DIR=${GRIDSHIM_CLUSTER:-/var/tmp/gridshim-cluster}
for part in versions common packages oci images pki control_plane node users product kueue; do . "$HERE/lib/$part.sh"; done
export KUBECONFIG=$DIR/admin.kubeconfig

usage() { sed -n '5,13s/^# *//p' "${BASH_SOURCE[0]}" >&2; exit 2; }

up() {
  local mode number wanted=() nodes=()
  mode=$(wanted_mode "$@")
  mkdir -p "$DIR"/{bin,images,log,tmp,pid}
  install_packages
  "$HERE/build.sh"
  echo "$mode" > "$DIR/mode"
  note_absent /run/containerd /var/lib/cni /var/lib/kubelet /var/log/containers /var/log/pods "$RUN"
  keep_sysctls
  make_certificates
  make_users
  case $mode in nodes*) nodes=($(seq 0 $((${mode#* } - 1)))) wanted=("${nodes[@]/#/node}") ;; fake-nodes*) wanted=($(seq -f 'fake-%g' 0 $((${mode#* } - 1)))) ;; esac

  start_control_plane
  if [ ${#nodes[@]} -gt 0 ]; then
    make_images
    for number in "${nodes[@]}"; do start_runtime "$number"; done
    for number in "${nodes[@]}"; do
      wait_for containerd "containerd$number" ctr -a "$RUN/$number/containerd.sock" version
      import_images "$number"
    done
  fi
  start_controllers
  for number in "${nodes[@]}"; do start_kubelet "$number"; done
  "$REPO/deploy/apply.sh" base > "$LOG/deploy.log" 2>&1 < /dev/null || { tail -n 5 "$LOG/deploy.log" >&2; die "deploy/ could not be applied; see $LOG/deploy.log"; }
  add_users
  forget_other_nodes "${wanted[@]}"
  case $mode in fake-nodes*) start_fake_nodes "${mode#* }" ;; esac
  for number in "${nodes[@]}"; do ready_node "$number"; done
  install_product
  echo "export KUBECONFIG=$DIR/admin.kubeconfig PATH=$BIN:\$PATH"
}

# wanted_mode OPTIONS...: as asked; else as it runs; else one node. A running cluster cannot become another kind.
wanted_mode() {
  local asked= running=
  case ${1:-} in
    "") ;;
    --control-plane) asked="control-plane" ;;
    --nodes | --fake-nodes) [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || usage; asked="${1#--} $2" ;;
    *) usage ;;
  esac
  ! alive kube-apiserver || running=$(cat "$DIR/mode" 2>/dev/null)
  [ -z "$running" ] || [ -z "$asked" ] || [ "$asked" = "$running" ] || die "runs already with --$running; 'cluster.sh down' first"
  echo "${asked:-${running:-nodes 1}}"
}

# keep_sysctls: kubelet and the bridge plugin set these.
keep_sysctls() {
  local key
  for key in net.ipv4.ip_forward vm.overcommit_memory vm.panic_on_oom kernel.panic kernel.panic_on_oops kernel.keys.root_maxkeys kernel.keys.root_maxbytes; do
    remember sysctl $key "$(sysctl -n $key 2>/dev/null)"
  done
}

down() {
  [ -d "$DIR" ] || return 0
  local number kubelets=() runtimes=()
  for number in $(real_nodes); do kubelets+=("kubelet$number") runtimes+=("containerd$number"); done
  stop controller kueue kwok kube-scheduler kube-controller-manager "${kubelets[@]}"
  for number in $(real_nodes); do remove_containers "$number"; done
  stop kube-apiserver "${runtimes[@]}"
  stop etcd
  for number in $(real_nodes); do clear_node "$number"; done
  find /var/log/containers -maxdepth 1 -xtype l -delete 2>/dev/null || true
  find /sys/fs/cgroup -depth -type d -path '*/k8s.io*' -exec rmdir {} + 2>/dev/null || true
  undo_all
  rm -rf "$DIR/tmp" "$DIR/pid"
}

wipe() {
  down
  [ -d "$DIR" ] || return 0
  local number
  for number in $(real_nodes); do unmount_below "$DIR/node$number"; done
  find "$DIR" -mindepth 1 -maxdepth 1 ! -name bin ! -name images ! -name src ! -name kueue ! -name .lock -exec rm -rf {} +
}

status() {
  local file name states=0
  [ -d "$DIR/pid" ] || { echo "down"; return 1; }
  echo "mode: --$(cat "$DIR/mode" 2>/dev/null)"
  for file in "$DIR"/pid/*; do
    name=${file##*/}
    if alive "$name"; then echo "$name: runs"; else echo "$name: dead"; states=1; fi
  done
  kubectl get nodes 2>&1 || states=1
  return $states
}

case ${1:-} in up | install | load-shepherd | images | kueue | status | down | wipe) ;; *) usage ;; esac
[ "$(id -u)" = 0 ] || die "must run as root: it starts a kubelet and makes users"
[ "$1" != status ] || { status; exit; }
mkdir -p "$DIR"
exec {lock}> "$DIR/.lock"
flock -w 900 "$lock" || die "another cluster.sh is busy"
case $1 in
  up) shift; up "$@" ;;
  install)
    alive kube-apiserver || die "is down; 'cluster.sh up' first"
    install_product ;;
  images) shift; load_image "$@" ;;
  load-shepherd) [ $# = 2 ] || usage; load_shepherd "$2" ;;
  kueue)
    alive kube-apiserver || die "is down; 'cluster.sh up' first"
    case ${2:-} in "") start_kueue ;; off) stop_kueue ;; *) usage ;; esac ;;
  down) down ;;
  wipe) wipe ;;
esac
