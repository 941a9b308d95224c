# shellcheck shell=bash
# An image is layers, a configuration and an index that names them: made by hand it needs no image builder.

# oci_archive OUT NAME CONFIG LAYER...: an OCI archive of uncompressed layers (tar files, which are moved). CONFIG is the image's
# `config` object as JSON.
oci_archive() {
  local out=$1 name=$2 config=$3 work layers='[]' diffs='[]' layer
  shift 3
  work=$(mktemp -d "$TMP/oci.XXXXXX")
  mkdir -p "$work/blobs/sha256"
  for layer; do
    oci_add "$work" "$layer"
    layers=$(jq -c --argjson one "$(oci_descriptor vnd.oci.image.layer.v1.tar)" '. + [$one]' <<< "$layers")
    diffs=$(jq -c --arg one "sha256:$blob" '. + [$one]' <<< "$diffs")
  done
  jq -jnc --argjson config "$config" --argjson diffs "$diffs" --arg created "$(date -u -d "@$EPOCH" +%FT%TZ)" --arg architecture "$(architecture)" \
    '{architecture: $architecture, os: "linux", created: $created, config: $config, rootfs: {type: "layers", diff_ids: $diffs},
      history: [$diffs[] | {created: $created, created_by: "gridshim images"}]}' > "$work/new"
  oci_add "$work" "$work/new"
  jq -jnc --argjson config "$(oci_descriptor vnd.oci.image.config.v1+json)" --argjson layers "$layers" \
    '{schemaVersion: 2, mediaType: "application/vnd.oci.image.manifest.v1+json", config: $config, layers: $layers}' > "$work/new"
  oci_add "$work" "$work/new"
  jq -nc --argjson manifest "$(oci_descriptor vnd.oci.image.manifest.v1+json)" '{schemaVersion: 2, manifests: [$manifest]}' > "$work/index.json"
  echo '{"imageLayoutVersion":"1.0.0"}' > "$work/oci-layout"
  oci_pack "$work" "$out" "$name"
  rm -rf "$work"
}

# oci_add LAYOUT FILE: moves FILE to where its digest says; told in $blob and $blob_size.
oci_add() {
  blob=$(sha256sum < "$2" | cut -d' ' -f1)
  blob_size=$(stat -c %s "$2")
  mv "$2" "$1/blobs/sha256/$blob"
}

oci_descriptor() {
  jq -nc --arg type "application/$1" --arg digest "sha256:$blob" --argjson size "$blob_size" '{mediaType: $type, digest: $digest, size: $size}'
}

# oci_types LAYOUT: the lifecycle puts layers of Docker's media type into a manifest of OCI's; strict registries refuse the mixture.
oci_types() {
  local old; old=$(jq -r '.manifests[0].digest' "$1/index.json")
  jq -jc '(.layers[].mediaType) |= sub("vnd.docker.image.rootfs.diff.tar.gzip"; "vnd.oci.image.layer.v1.tar+gzip")' "$1/blobs/${old/://}" > "$1/new"
  rm "$1/blobs/${old/://}"
  oci_add "$1" "$1/new"
  jq -nc --argjson manifest "$(oci_descriptor vnd.oci.image.manifest.v1+json)" '{schemaVersion: 2, manifests: [$manifest]}' > "$1/index.json"
}

# oci_pack LAYOUT OUT NAME: a layout directory with one image as an archive that `ctr images import` gives this name.
oci_pack() {
  jq -c --arg name "$3" --arg tag "${3##*:}" \
    '.manifests[0].annotations = {"io.containerd.image.name": $name, "org.opencontainers.image.ref.name": $tag}' "$1/index.json" > "$1/index.new"
  mv "$1/index.new" "$1/index.json"
  tar --sort=name --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX --mtime="@$EPOCH" -cf "$2.part" -C "$1" oci-layout index.json blobs
  mv "$2.part" "$2"
}

# oci_digest ARCHIVE, oci_manifest ARCHIVE, oci_config ARCHIVE: what the image is called by content, and what it says of itself.
oci_digest() { tar --occurrence=1 -xOf "$1" index.json | jq -r '.manifests[0].digest'; }
oci_blob() { tar --occurrence=1 -xOf "$1" "blobs/${2/://}"; }
oci_manifest() { oci_blob "$1" "$(oci_digest "$1")"; }
oci_config() { oci_blob "$1" "$(oci_manifest "$1" | jq -r '.config.digest')"; }

# oci_unpack ARCHIVE ROOT: the image's files. Our layers remove nothing from one another, so there are no whiteouts to obey.
oci_unpack() {
  local layer
  mkdir -p "$2"
  for layer in $(oci_manifest "$1" | jq -r '.layers[].digest'); do
    oci_blob "$1" "$layer" | gzip -dcf | tar -xpf - -C "$2" --numeric-owner --keep-directory-symlink --transform='flags=rh;s,^/*,,'
  done
}
