# The test cluster as a site would set it up for these clients: an image with what their jobs run, and the clients' directory
# shared with the nodes at the same path.

# What the jobs of clients from Debian run; Python comes from the virtualenvs in the shared directory.
JOB_PACKAGES="openmpi-bin r-base-core r-cran-batchtools r-cran-future.batchtools parallel hostname"
CLIENTS_IMAGE=localhost/gridshim/clients:12

start_kubernetes() {
  local cluster=$REPO/tests/cluster/cluster.sh bridge
  KUBECONFIG=${GRIDSHIM_CLUSTER:-/var/tmp/gridshim-cluster}/admin.kubeconfig
  timeout 60 "$cluster" status >/dev/null 2>&1 || timeout 2400 make -C "$REPO" cluster-up >&2 || return 1
  load_image || { say "the image $CLIENTS_IMAGE could not be made"; return 1; }
  if [ -n "${GRIDSHIM_BIN:-}" ]; then
    install_gridshim || return 1
  else
    public=$(mktemp -d /tmp/gridshim-clients.XXXXXX) && chmod 755 "$public" && commands=/usr/local/bin
  fi
  sed -e "s#localhost/gridshim/debian:12#$CLIENTS_IMAGE#" -e "/^\[kubernetes\]/a shares = [\"$CACHE\"]" "$REPO/compat/reference-site.toml" >"$public/site.toml"
  chmod 644 "$public/site.toml"
  PATH=$(dirname "$KUBECONFIG")/bin:$PATH KUBECONFIG=$KUBECONFIG "$REPO/deploy/add-user.sh" bob --volume "$CACHE" >/dev/null || return 1
  # The nodes' bridge, the only network that pods of the test cluster share with this machine.
  bridge=$(ip -4 -o address show dev gridshim0 | awk '{ sub("/.*", "", $4); print $4; exit }')
  SYSTEM_ENVIRONMENT=(CLIENT_ADDRESS="$bridge" GRIDSHIM_BACKEND=kubernetes GRIDSHIM_SITE="$public/site.toml" KUBECONFIG=/home/bob/.kube/config)
}

# load_image: made as the cluster's own job image is, with more packages; kept with the cluster's images.
load_image() (
  set -euo pipefail
  HERE=$REPO/tests/cluster
  DIR=${GRIDSHIM_CLUSTER:-/var/tmp/gridshim-cluster}
  for part in versions common oci images node; do . "$HERE/lib/$part.sh"; done
  INTERPRETERS+=" $JOB_PACKAGES" JOB_IMAGE=$CLIENTS_IMAGE
  make_debian clients
  for number in $(running_nodes); do import_image "$number" clients; done
)
