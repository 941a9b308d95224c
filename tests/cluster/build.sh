#!/usr/bin/env bash
# Builds the cluster's programs from their Go modules into $GRIDSHIM_CLUSTER/bin: kube (etcd, API server, controller
# manager, scheduler, kubelet and kubectl in one), containerd 2 and kwok. Does nothing when they are there already.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
DIR=${GRIDSHIM_CLUSTER:-/var/tmp/gridshim-cluster}
. "$here/lib/versions.sh"
BIN=$DIR/bin SRC=$DIR/src

stamp="$KUBERNETES $ETCD $CONTAINERD $KWOK $(sha256sum < "$here/main.go" | cut -c1-12)"
[ "$(cat "$BIN/.stamp" 2>/dev/null)" = "$stamp" ] && exit 0

go=$(command -v go) || { echo "build: Go is missing: install Go >= $GO_MINIMUM and put it on PATH" >&2; exit 1; }
have=$("$go" env GOVERSION | sed 's/^go//; s/[^0-9.].*//')
[ "$(printf '%s\n' "$GO_MINIMUM" "$have" | sort -V | head -n 1)" = "$GO_MINIMUM" ] ||
  { echo "build: Go $have is too old: Kubernetes $KUBERNETES needs Go >= $GO_MINIMUM" >&2; exit 1; }

export CGO_ENABLED=0 GOFLAGS=-buildvcs=false
mkdir -p "$BIN" "$SRC"
cp "$here/main.go" "$SRC/"
cd "$SRC"

# Kubernetes' own go.mod points at its source tree for these; as a library it needs each pinned by hand to its release.
staging="api apiextensions-apiserver apimachinery apiserver cli-runtime client-go cloud-provider cluster-bootstrap
  code-generator component-base component-helpers controller-manager cri-api cri-client cri-streaming streaming
  csi-translation-lib dynamic-resource-allocation endpointslice externaljwt kms kube-aggregator kube-controller-manager
  kube-proxy kube-scheduler kubectl kubelet metrics mount-utils pod-security-admission sample-apiserver"
{
  echo "module gridshim-test-cluster"
  echo "go $GO_MINIMUM.0"
  echo "require ("
  echo "  k8s.io/kubernetes v$KUBERNETES"
  for module in $staging; do echo "  k8s.io/$module v0.${KUBERNETES#1.}"; done
  echo "  go.etcd.io/etcd/server/v3 v$ETCD"
  echo ")"
} > go.mod
rm -f go.sum

echo "build: kube $KUBERNETES (4 minutes on 2 cores when nothing is cached)" >&2
"$go" mod tidy
version=k8s.io/component-base/version
"$go" build -trimpath -o "$BIN/kube" \
  -ldflags "-s -w -X $version.gitVersion=v$KUBERNETES -X $version.gitMajor=1 -X $version.gitMinor=$(cut -d. -f2 <<< "$KUBERNETES")" .
ln -sf kube "$BIN/kubectl"

cd "$DIR" # outside the module
echo "build: containerd $CONTAINERD (1 minute)" >&2
GOBIN=$BIN "$go" install -trimpath -ldflags "-s -w" -tags "no_btrfs no_devmapper no_zfs" \
  github.com/containerd/containerd/v2/cmd/{containerd,ctr,containerd-shim-runc-v2}@v$CONTAINERD

echo "build: kwok $KWOK (1 minute)" >&2
GOBIN=$BIN "$go" install -trimpath -ldflags "-s -w" sigs.k8s.io/kwok/cmd/kwok@v$KWOK
# kwok has no built-in idea of what a pretended node or pod does: its module's stages tell it (ready at once, complete at once)
kwok=$("$go" mod download -json sigs.k8s.io/kwok@v$KWOK | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')
for stage in node/fast/node-initialize node/heartbeat-with-lease/node-heartbeat-with-lease pod/fast/pod-{ready,complete,delete}; do
  cat "$kwok/kustomize/stage/$stage.yaml"
  echo ---
done > "$BIN/kwok-stages.yaml"
echo "$stamp" > "$BIN/.stamp"
