# Real nodes: each a kubelet with a containerd of its own. And kwok's pretended ones.

# real_nodes: the numbers of all that ever were here.   running_nodes: of those that run.
real_nodes() { ls "$DIR" 2>/dev/null | sed -n 's/^node\([0-9][0-9]*\)$/\1/p'; }

running_nodes() {
  local number
  for number in $(real_nodes); do if alive "containerd$number"; then echo "$number"; fi; done
}

# start_runtime NUMBER: containerd, with the images. Needs no API server.
start_runtime() {
  local node=$DIR/node$1
  mkdir -p "$node/cni" "$node/opt" "$RUN/$1"
  cat > "$node/containerd.toml" <<T
version = 3
root = "$node/containerd"
state = "$RUN/$1"
disabled_plugins = ["io.containerd.nri.v1.nri", "io.containerd.snapshotter.v1.blockfile", "io.containerd.snapshotter.v1.erofs", "io.containerd.internal.v1.tracing"]
[grpc]
  address = "$RUN/$1/containerd.sock"
[plugins."io.containerd.internal.v1.opt"]
  path = "$node/opt"
[plugins."io.containerd.cri.v1.images".pinned_images]
  sandbox = "$PAUSE"
[plugins."io.containerd.cri.v1.runtime"]
  restrict_oom_score_adj = true # root in a virtual machine or container may lack CAP_SYS_RESOURCE
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.cri.v1.runtime".cni]
    bin_dirs = ["/usr/lib/cni"]
    conf_dir = "$node/cni"
T
  cat > "$node/cni/10-gridshim.conflist" <<J
{"cniVersion": "0.4.0", "name": "gridshim$1", "plugins": [{"type": "bridge", "bridge": "gridshim$1", "isGateway": true, "ipMasq": false,
  "ipam": {"type": "host-local", "dataDir": "$node/cni-state", "ranges": [[{"subnet": "10.88.$1.0/24"}]], "routes": [{"dst": "$ADDRESS/32"}]}}]}
J
  start "containerd$1" containerd -c "$node/containerd.toml"
}

# start_kubelet NUMBER: once the images are in and the API server answers.
start_kubelet() {
  local name=node$1 node=$DIR/node$1
  issue "$name" "/O=system:nodes/CN=system:node:$name" "IP:127.0.0.1,DNS:$name"
  write_kubeconfig "$name"
  cat > "$node/kubelet.yaml" <<Y
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
failCgroupV1: false # kernels that still mount cgroup v1 are served, too
cgroupDriver: cgroupfs
cgroupsPerQOS: false
enforceNodeAllocatable: []
makeIPTablesUtilChains: false
containerRuntimeEndpoint: unix://$RUN/$1/containerd.sock
failSwapOn: false
address: 127.0.0.1
port: $((10250 + 10 * $1))
healthzPort: 0
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: $PKI/ca.crt}}
authorization: {mode: Webhook}
tlsCertFile: $PKI/$name.crt
tlsPrivateKeyFile: $PKI/$name.key
evictionHard: {memory.available: "0%", nodefs.available: "0%", imagefs.available: "0%"}
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
maxPods: 200
syncFrequency: 5s
kubeAPIQPS: 100
kubeAPIBurst: 200
eventRecordQPS: 0
podLogsDir: $node/pod-logs
volumePluginDir: $node/volume-plugins
Y
  start "kubelet$1" "$BIN/kube" kubelet --config="$node/kubelet.yaml" --kubeconfig="$DIR/$name.kubeconfig" \
    --hostname-override="$name" --root-dir="$node/kubelet" --node-ip=127.0.0.1
}

# ready_node NUMBER: waits for it, and gives it the address that kubelet never reports when it is a loopback one; the API
# server needs it for logs, exec and attach.
ready_node() {
  wait_for "ready node$1" "kubelet$1" node_is_ready "node$1"
  kubectl patch node "node$1" --subresource=status --type=merge \
    -p '{"status":{"addresses":[{"type":"InternalIP","address":"127.0.0.1"},{"type":"Hostname","address":"node'"$1"'"}]}}' > /dev/null
}

node_is_ready() {
  [ "$(kubectl get node "$1" -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}')" = True ]
}

# start_fake_nodes HOW-MANY: nodes would be other machines, so they get what the control plane leaves of this one.
start_fake_nodes() {
  start kwok nice -n 19 kwok --kubeconfig="$DIR/admin.kubeconfig" --config="$BIN/kwok-stages.yaml" \
    --manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake --node-lease-duration-seconds=40 --cidr=10.99.0.1/16 --node-ip=127.0.0.1
  local number
  for number in $(seq 0 $(($1 - 1))); do
    cat <<Y
---
apiVersion: v1
kind: Node
metadata: {name: fake-$number, labels: {kubernetes.io/hostname: fake-$number}, annotations: {kwok.x-k8s.io/node: fake}}
status:
  allocatable: {cpu: "64", memory: 256Gi, pods: "1000"}
  capacity: {cpu: "64", memory: 256Gi, pods: "1000"}
Y
  done | kubectl apply -f - > /dev/null
  wait_for "ready fake node" kwok node_is_ready fake-0
}

# forget_other_nodes WANTED...: nodes of an earlier `up` that this one does not start again.
forget_other_nodes() {
  local name
  for name in $(kubectl get nodes -o 'jsonpath={.items[*].metadata.name}'); do
    [[ " $* " == *" $name "* ]] || kubectl delete node "$name" --wait=false > /dev/null
  done
}

# remove_containers NUMBER: kubelet is gone already; what it started must not outlive the cluster.
remove_containers() {
  local ctr=(timeout 20 ctr -a "$RUN/$1/containerd.sock" -n k8s.io) id
  [ -d "$RUN/$1" ] || return 0
  alive "containerd$1" || { start_runtime "$1"; wait_for containerd "containerd$1" "${ctr[@]}" version; } # it was killed: its containers live on
  (
    for id in $("${ctr[@]}" tasks ls -q 2>/dev/null); do "${ctr[@]}" tasks rm -f "$id" > /dev/null 2>&1 & done
    wait
  )
  for id in $("${ctr[@]}" containers ls -q 2>/dev/null); do "${ctr[@]}" containers rm "$id" > /dev/null 2>&1 || true; done
}

# clear_node NUMBER: what a stopped node leaves on the machine.
clear_node() {
  local shim
  for shim in $(pgrep -f "^$BIN/containerd-shim-runc-v2 .*-address $RUN/$1/containerd.sock" || true); do kill -9 "$shim" 2>/dev/null || true; done
  unmount_below "$DIR/node$1/kubelet"
  unmount_below "$RUN/$1"
  ip link delete "gridshim$1" 2>/dev/null || true
  rm -rf "$RUN/$1" "$DIR/node$1/kubelet/pods" "$DIR/node$1/cni-state" "$DIR/node$1/pod-logs"
}

unmount_below() {
  awk -v top="$1" '$2 == top || index($2, top "/") == 1 {print $2}' /proc/mounts | sort -r | xargs -r umount -l 2>/dev/null || true
}
