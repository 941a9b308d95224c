# etcd, API server, controller manager and scheduler, all on loopback.

start_control_plane() {
  own_address
  # One that was killed a moment ago may have it still.
  alive kube-apiserver || wait_until_free 6443 || die "port 6443 of $ADDRESS is taken by another program"
  mkdir -p "$DIR/etcd"
  chmod 700 "$DIR/etcd"
  start etcd "$BIN/kube" etcd --name=node0 --data-dir="$DIR/etcd" --log-level=warn --unsafe-no-fsync \
    --listen-client-urls=http://127.0.0.1:2379 --advertise-client-urls=http://127.0.0.1:2379 \
    --listen-peer-urls=http://127.0.0.1:2380 --initial-advertise-peer-urls=http://127.0.0.1:2380 --initial-cluster=node0=http://127.0.0.1:2380
  start kube-apiserver "$BIN/kube" kube-apiserver --etcd-servers=http://127.0.0.1:2379 \
    --bind-address=$ADDRESS --advertise-address=$ADDRESS --secure-port=6443 --endpoint-reconciler-type=none --service-cluster-ip-range=10.96.0.0/24 \
    --tls-cert-file="$PKI/kube-apiserver.crt" --tls-private-key-file="$PKI/kube-apiserver.key" --client-ca-file="$PKI/ca.crt" \
    --service-account-issuer=https://kubernetes.default.svc --service-account-key-file="$PKI/sa.pub" --service-account-signing-key-file="$PKI/sa.key" \
    --authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction --allow-privileged=true --profiling=false \
    --kubelet-client-certificate="$PKI/admin.crt" --kubelet-client-key="$PKI/admin.key" --kubelet-preferred-address-types=InternalIP
}

# The clients of the API server: 100 requests a second instead of 20 for the controllers, or a big array takes hours; more where
# no task really runs, and a hundred thousand are to end.
start_controllers() {
  local rate=100
  case $(cat "$DIR/mode") in fake-nodes*) rate=1000 ;; esac
  wait_for "answering API server" kube-apiserver kubectl get --raw /readyz
  start kube-controller-manager "$BIN/kube" kube-controller-manager --kubeconfig="$DIR/kube-controller-manager.kubeconfig" --leader-elect=false \
    --service-account-private-key-file="$PKI/sa.key" --root-ca-file="$PKI/ca.crt" --use-service-account-credentials \
    --kube-api-qps=$rate --kube-api-burst=$((2 * rate)) --concurrent-job-syncs=10 --flex-volume-plugin-dir="$DIR/volume-plugins"
  start kube-scheduler "$BIN/kube" kube-scheduler --kubeconfig="$DIR/kube-scheduler.kubeconfig" --leader-elect=false --kube-api-qps=100 --kube-api-burst=200
}

# own_address: the API server's, on loopback: nobody but this machine and its pods has a way to it.
own_address() {
  ip -4 addr show dev lo | grep -qw "$ADDRESS/32" && return
  remember address "$ADDRESS/32"
  ip addr add "$ADDRESS/32" dev lo
}

# wait_until_free PORT: for ten seconds at most
wait_until_free() {
  local tries
  for tries in {1..50}; do
    port_taken "$1" || return 0
    sleep 0.2
  done
  return 1
}

port_taken() { (: < "/dev/tcp/$ADDRESS/$1") 2>/dev/null; }
