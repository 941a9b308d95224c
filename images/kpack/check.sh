#!/usr/bin/env bash
# Checks the manifests against kpack's own types and validation (its Go module) and, where KUBECONFIG names a cluster, against the
# server with kpack's CRDs. CRDs that were not there before are removed again.
set -euo pipefail
HERE=$(cd "$(dirname "$0")/.." && pwd)
cd "$HERE"
. ./versions.sh
. lib/common.sh
. lib/lifecycle.sh
prepare_state
CRDS="clusterstores clusterstacks clusterbuilders images"

manifests() { kubectl kustomize "$HERE/kpack"; }

# build_check: the program, from a small module of its own.
build_check() {
  local source=$TMP/kpack-check recipe; recipe="$KPACK $(fingerprint kpack/check/main.go)"
  current "$STATE/kpack-check" "$recipe" && return
  check_go
  say "building the check against kpack $KPACK (a minute)"
  rm -rf "$source"
  mkdir -p "$source"
  cp kpack/check/main.go "$source/"
  printf 'module gridshim.invalid/check\n\ngo %s\n\nrequire github.com/pivotal/kpack v%s\n' "$GO_MINIMUM" "$KPACK" > "$source/go.mod"
  # kpack's own replacement of docker concerns a package that its types do not need.
  (cd "$source" && export CGO_ENABLED=0 && go mod tidy && go build -o "$STATE/kpack-check" .) > "$LOG/kpack-check.log" 2>&1 < /dev/null ||
    die "the check could not be built; see $LOG/kpack-check.log"
  rm -rf "$source"
  made "$STATE/kpack-check" "$recipe"
}

crds_folder() { go mod download -json "github.com/pivotal/kpack@v$KPACK" | jq -r .Dir; }

# server_check: the server's dry run, with the CRDs it lacks there for the moment.
server_check() {
  local folder crd added=() failed=0
  folder=$(crds_folder)/config
  for crd in $CRDS; do
    kubectl get crd "$crd.kpack.io" > /dev/null 2>&1 && continue
    kubectl apply --server-side -f "$folder/${crd%s}.yaml" > /dev/null
    added+=("crd/$crd.kpack.io")
  done
  kubectl wait --for=condition=Established --timeout=60s $(printf 'crd/%s.kpack.io ' $CRDS) > /dev/null
  # A namespace that is only dry-run cannot hold anything: dry-run the image in one that is there.
  manifests | sed 's/namespace: gridshim-images/namespace: default/' | kubectl apply --server-side --dry-run=server -f - || failed=1
  [ ${#added[@]} -eq 0 ] || kubectl delete --wait=false "${added[@]}" > /dev/null
  return "$failed"
}

manifests > "$TMP/kpack.yaml"
for name in $(sed -n 's/^id = "\(gridshim\/.*\)"$/\1/p' builder.toml | sort -u); do
  grep -q -- "- id: $name\$\|  id: $name\$" "$TMP/kpack.yaml" || die "clusterbuilder.yaml lacks $name, which builder.toml has"
done
build_check
"$STATE/kpack-check" < "$TMP/kpack.yaml"
if kubectl version --request-timeout=5s > /dev/null 2>&1; then
  server_check
else
  say "no cluster: the server was not asked"
fi
