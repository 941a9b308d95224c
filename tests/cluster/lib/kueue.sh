# Kueue beside the cluster, as a host process under its own role: `cluster.sh kueue`. Its webhooks are called by address, since no
# pod and no Service stands for it; those of job types that are not there are left out.
KUEUE_IN=$DIR/kueue

# build_kueue: from its Go module, and what is to be applied from the same module's config/.
build_kueue() {
  local go
  [ "$(cat "$KUEUE_IN/.stamp" 2>/dev/null)" = "$KUEUE $KUBERNETES" ] && return
  go=$(command -v go) || die "Go is missing: install Go >= $GO_MINIMUM and put it on PATH"
  say "building kueue $KUEUE (3 minutes on 2 cores when nothing is cached)"
  mkdir -p "$KUEUE_IN/src"
  (
    cd "$KUEUE_IN/src"
    printf 'module gridshim-test-kueue\ngo %s.0\nrequire sigs.k8s.io/kueue v%s\n' "$GO_MINIMUM" "$KUEUE" > go.mod
    printf '//go:build tools\n\npackage tools\n\nimport _ "sigs.k8s.io/kueue/cmd/kueue"\n' > tools.go
    rm -f go.sum
    export CGO_ENABLED=0 GOFLAGS=-buildvcs=false
    # within `||` no failure ends a subshell
    "$go" mod tidy && "$go" build -trimpath -ldflags "-s -w" -o "$BIN/kueue" sigs.k8s.io/kueue/cmd/kueue &&
      kubectl kustomize "$("$go" list -m -f '{{.Dir}}' sigs.k8s.io/kueue)/config/default" > "$KUEUE_IN/manifests.yaml"
  ) > "$LOG/kueue-build.log" 2>&1 < /dev/null || { tail -n 5 "$LOG/kueue-build.log" >&2; die "kueue could not be built; see $LOG/kueue-build.log"; }
  echo "$KUEUE $KUBERNETES" > "$KUEUE_IN/.stamp"
}

# kueue_objects: what Kueue needs in the API server, its webhooks at an address of this machine.
kueue_objects() {
  kubectl create --dry-run=client -f "$KUEUE_IN/manifests.yaml" -o json | jq --arg ca "$(base64 -w0 "$PKI/ca.crt")" '
    def here: if .service? then {url: ("https://127.0.0.1:9443" + .service.path), caBundle: $ca} else . end;
    def ours: .clientConfig.service.path | test("kueue-x-k8s-io|batch-v1-job");
    [.items[]? // .]
    | map(select(.kind | IN("Deployment", "Service", "Secret", "ConfigMap", "APIService") | not))
    | map(if .webhooks then .webhooks |= map(select(ours) | .clientConfig |= here) else . end)
    | map(if .spec.conversion.webhook then .spec.conversion.webhook.clientConfig |= here else . end)
    | {apiVersion: "v1", kind: "List", items: .}'
}

start_kueue() {
  local account=kueue-controller-manager
  build_kueue
  issue kueue "/O=system:serviceaccounts/O=system:serviceaccounts:kueue-system/CN=system:serviceaccount:kueue-system:$account" "IP:127.0.0.1"
  write_kubeconfig kueue
  install -D -m 600 "$PKI/kueue.key" "$KUEUE_IN/serving/tls.key"
  install -m 644 "$PKI/kueue.crt" "$KUEUE_IN/serving/tls.crt"
  take_over /etc/kueue # its metrics' certificate can be nowhere else
  install -D -m 600 -t /etc/kueue/metrics/certs "$KUEUE_IN"/serving/tls.{key,crt}
  cat > "$KUEUE_IN/config.yaml" <<Y
apiVersion: config.kueue.x-k8s.io/v1beta2
kind: Configuration
namespace: kueue-system
health: {healthProbeBindAddress: "127.0.0.1:9444"}
metrics: {bindAddress: "127.0.0.1:9445"}
webhook: {host: 127.0.0.1, port: 9443, certDir: $KUEUE_IN/serving}
leaderElection: {leaderElect: false}
internalCertManagement: {enable: false}
clientConnection: {qps: 100, burst: 200}
integrations: {frameworks: [batch/job]}
Y
  kueue_objects | kubectl apply --server-side --force-conflicts -f - > "$LOG/kueue-apply.log" 2>&1 ||
    { tail -n 5 "$LOG/kueue-apply.log" >&2; die "kueue's objects could not be applied; see $LOG/kueue-apply.log"; }
  start kueue env KUBECONFIG="$DIR/kueue.kubeconfig" "$BIN/kueue" --config="$KUEUE_IN/config.yaml" --feature-gates=VisibilityOnDemand=false --zap-log-level=2
  wait_for "ready Kueue" kueue curl -sf http://127.0.0.1:9444/readyz
  # it is ready a little before its webhooks answer
  wait_for "Kueue's webhook" kueue kubectl apply -f "$HERE/kueue.yaml"
  local user queue queues=()
  for queue in all.q task continuous; do queues+=(--local-queue "$queue=gridshim"); done
  for user in $USERS; do "$REPO/deploy/add-user.sh" "${user%:*}" "${queues[@]}" > /dev/null; done
  install_product
}

# stop_kueue: its webhooks go, too, or no Job could be made any more.
stop_kueue() {
  kubectl delete --ignore-not-found mutatingwebhookconfiguration/kueue-mutating-webhook-configuration \
    validatingwebhookconfiguration/kueue-validating-webhook-configuration > /dev/null
  stop kueue
  install_product
}
