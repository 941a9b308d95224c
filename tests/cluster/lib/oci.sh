# An image is one layer, a configuration and an index that names them: made by hand it needs no image builder.

# oci_archive OUT NAME LAYER CONFIG: writes an OCI archive with one uncompressed layer, which unpacks fastest. CONFIG is
# the image's `config` object as JSON. LAYER, a tar file, is moved.
oci_archive() {
  local out=$1 name=$2 layer=$3 config=$4 work digest
  work=$(mktemp -d "$DIR/tmp/oci.XXXXXX")
  mkdir -p "$work/blobs/sha256"
  digest=$(sha256sum < "$layer" | cut -d' ' -f1)
  local layer_size; layer_size=$(stat -c %s "$layer")
  mv "$layer" "$work/blobs/sha256/$digest"
  oci_blob "$work" '{"architecture":"'"$(oci_architecture)"'","os":"linux","config":'"$config"',"rootfs":{"type":"layers","diff_ids":["sha256:'"$digest"'"]}}'
  local config_digest=$blob config_size=$blob_size
  oci_blob "$work" '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
    "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:'"$config_digest"'","size":'"$config_size"'},
    "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"sha256:'"$digest"'","size":'"$layer_size"'}]}'
  echo '{"imageLayoutVersion":"1.0.0"}' > "$work/oci-layout"
  echo '{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:'"$blob"'","size":'"$blob_size"',
    "annotations":{"io.containerd.image.name":"'"$name"'","org.opencontainers.image.ref.name":"'"${name##*:}"'"}}]}' > "$work/index.json"
  tar -cf "$out.part" -C "$work" oci-layout index.json blobs
  mv "$out.part" "$out"
  rm -rf "$work"
}

# oci_blob LAYOUT TEXT: stores TEXT under its digest, told in $blob and $blob_size.
oci_blob() {
  blob=$(printf %s "$2" | sha256sum | cut -d' ' -f1)
  printf %s "$2" > "$1/blobs/sha256/$blob"
  blob_size=$(stat -c %s "$1/blobs/sha256/$blob")
}

oci_architecture() {
  case $(uname -m) in
    x86_64) echo amd64 ;;
    aarch64) echo arm64 ;;
    *) uname -m ;;
  esac
}

# oci_files OUT NAME CONFIG FILE=PATH...: an image that holds nothing but some programs, each FILE at PATH.
oci_files() {
  local out=$1 name=$2 config=$3 root pair
  shift 3
  root=$(mktemp -d "$DIR/tmp/root.XXXXXX")
  chmod 755 "$root"
  for pair; do install -D -m 755 "${pair%%=*}" "$root${pair#*=}"; done
  tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -cf "$root.tar" -C "$root" .
  oci_archive "$out" "$name" "$root.tar" "$config"
  rm -rf "$root"
}
