# shellcheck shell=bash
# The builder: the build image with the lifecycle and the buildpacks, as a folder to run `creator` in and as an image for pack and kpack.

builder_recipe() { echo "$(oci_digest "$STATE/build.tar"); $LIFECYCLE; $(fingerprint builder.toml buildpacks lib/builder.sh lib/lifecycle.sh)"; }

# buildpack_names: in the order of builder.toml, which is the only place that tells it.
buildpack_names() { sed -n 's/^uri = "buildpacks\/\(.*\)"$/\1/p' "$HERE/builder.toml"; }

# runtime_names: what may be asked for by name.
runtime_names() { buildpack_names | grep -vxE 'apt|runtimes'; }

# assemble_buildpack NAME DIR: a buildpack that stands alone.
assemble_buildpack() {
  mkdir -p "$2/lib"
  cp -r "$HERE/buildpacks/$1/." "$2/"
  cp "$HERE"/buildpacks/shared/*.sh "$2/lib/"
  runtime_names > "$2/lib/names"
  chmod -R u=rwX,go=rX "$2"
  chmod 755 "$2"/bin/*
}

# assemble_buildpacks DIR: all of them with builder.toml, for `pack builder create`.
assemble_buildpacks() {
  local name
  mkdir -p "$1"
  for name in $(buildpack_names); do
    rm -rf "${1:?}/buildpacks/$name"
    assemble_buildpack "$name" "$1/buildpacks/$name"
  done
  cp "$HERE/builder.toml" "$1/"
}

make_builder() {
  local recipe root=$STATE/builder new=$TMP/builder
  recipe=$(builder_recipe)
  current "$root" "$recipe" && current "$STATE/builder.tar" "$recipe" && return
  need_root builder
  say "assembling the builder"
  rm -rf "$new" "$new.layers" "$root" "$root.recipe"
  mkdir -p "$new.layers"
  oci_unpack "$STATE/build.tar" "$new"
  local layers=() name
  make_layer lifecycle cp_lifecycle
  for name in $(buildpack_names); do make_layer "$name" cp_buildpack; done
  make_layer order cp_order
  mkdir -p "$new"/{layers,workspace,platform,layout,cache,debs,proc,dev}
  touch "$new/etc/resolv.conf" "$new/etc/hosts" # to mount this machine's over
  builder_archive "$new.layers"
  mv "$new" "$root"
  rm -rf "$new.layers"
  made "$root" "$recipe"
  made "$STATE/builder.tar" "$recipe"
}

# make_layer NAME FUNCTION: what FUNCTION puts into a folder, as one layer of the image and into the root.
make_layer() {
  local place=$TMP/place
  rm -rf "$place"
  mkdir -p "$place/cnb"
  $2 "$place/cnb" "$1"
  packed "$place" "$new.layers/$1.tar"
  cp -a "$place/." "$new/"
  layers+=("$new.layers/$1.tar")
  rm -rf "$place"
}
cp_lifecycle() { cp -a "$STATE/lifecycle" "$1/lifecycle"; }
cp_buildpack() { assemble_buildpack "$2" "$1/buildpacks/gridshim_$2/$BUILDPACKS"; }
cp_order() {
  sed -n '/^\[\[order\]\]/,$p' "$HERE/builder.toml" > "$1/order.toml"
  printf '[[images]]\nimage = "%s"\n' "$NAMES/run:$DEBIAN_NUMBER" > "$1/run.toml"
  printf '[run-image]\nimage = "%s"\n' "$NAMES/run:$DEBIAN_NUMBER" > "$1/stack.toml"
}

builder_archive() { # LAYERS
  local config work=$TMP/build-layers digest number=0 below=()
  config=$(builder_labels "$1" | jq -c --argjson config "$(build_config)" '. as $labels | $config | .Labels += $labels | .WorkingDir = "/workspace"')
  mkdir -p "$work"
  for digest in $(oci_manifest "$STATE/build.tar" | jq -r '.layers[].digest'); do
    oci_blob "$STATE/build.tar" "$digest" > "$work/$number"
    below+=("$work/$number")
    number=$((number + 1))
  done
  oci_archive "$STATE/builder.tar" "$NAMES/builder:$DEBIAN_NUMBER" "$config" "${below[@]}" "${layers[@]}"
  rm -rf "$work"
}

# builder_labels LAYERS: what pack and kpack read of a builder.
builder_labels() {
  local name
  for name in $(buildpack_names); do
    printf '%s\t%s\t%s\n' "$name" "sha256:$(sha256sum < "$1/$name.tar" | cut -d' ' -f1)" "$(sed -n 's/^name = "\(.*\)"/\1/p' "$HERE/buildpacks/$name/buildpack.toml")"
  done | jq -Rnc --arg version "$BUILDPACKS" --arg lifecycle "$LIFECYCLE" --arg run "$NAMES/run:$DEBIAN_NUMBER" \
    --argjson bp "[$BUILDPACK_APIS]" --argjson platform "[$PLATFORM_APIS]" '
    [inputs / "\t" | {id: ("gridshim/" + .[0]), diff: .[1], name: .[2]}] as $all |
    {"io.buildpacks.builder.metadata": {description: "gridshim", buildpacks: [$all[] | {id, version: $version, name}],
       stack: {runImage: {image: $run}}, images: [{image: $run}],
       lifecycle: {version: $lifecycle, api: {buildpack: "0.7", platform: "0.7"},
         apis: {buildpack: {deprecated: [], supported: $bp}, platform: {deprecated: [], supported: $platform}}},
       createdBy: {name: "gridshim images/build.sh", version: $version}},
     "io.buildpacks.buildpack.layers": ([$all[] | {key: .id, value: {($version): {api: "0.10", stacks: [{id: "*"}], targets: [{os: "linux"}],
       layerDiffID: .diff, name}}}] | from_entries),
     "io.buildpacks.buildpack.order": [{group: [$all[] | {id, version: $version} + (if .id == "gridshim/runtimes" then {} else {optional: true} end)]}]}
    | map_values(tojson)'
}
