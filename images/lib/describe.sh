# shellcheck shell=bash
# What is in an image, for people and for the command that tells users which image to take.

# describe NAME REFERENCE WORK SPEC...: the text of NAME.json.
describe() {
  local name=$1 reference=$2 work=$3 archive=$STATE/$1.tar
  shift 3
  programs "$work" > "$work/programs"
  cat /dev/null "$STATE/builder/var/lib/dpkg/status" "$work"/layers/gridshim_*/*/status | packages > "$work/packages"
  jq -n --arg name "$name" --arg reference "$reference" --arg digest "$(oci_digest "$archive")" --argjson manifest "$(oci_manifest "$archive")" \
    --argjson bytes "$(stat -c %s "$archive")" --argjson unpacked "$(unpacked "$work")" --argjson labels "$(oci_config "$archive" | jq -c .config.Labels)" \
    --rawfile programs "$work/programs" --slurpfile packages "$work/packages" '
    {$name, $reference, $digest, bytes: $bytes, unpacked: $unpacked, layers: ($manifest.layers | length), spec: $ARGS.positional,
     runtimes: ([$labels | to_entries[] | select(.key | startswith("gridshim.runtime.")) | {key: .key[17:], value}] | from_entries),
     programs: ($programs | split("\n") | map(select(. != ""))),
     packages: ([$packages[] | {key: .[0], value: .[1]}] | from_entries)}' --args "$@"
}

# programs WORK: every command name that a job finds on PATH.
programs() {
  {
    (cd "$STATE/builder" && find usr/local/bin usr/bin bin/ -maxdepth 1 \( -type f -o -type l \) ! -lname '/layers/*' -perm /111 -printf '%f\n')
    find "$1"/layers/gridshim_*/*/usr/bin -mindepth 1 -maxdepth 1 -printf '%f\n' 2>/dev/null
  } | LC_ALL=C sort -u
}

# packages: a dpkg status file, to one JSON pair of name and version a line.
packages() {
  awk '/^Package: /{name = $2} /^Version: /{print name "\t" $2}' | sort -u | jq -Rc '. / "\t"'
}

# unpacked WORK: bytes on a node's disk, roughly.
unpacked() {
  local base layers
  base=$(oci_manifest "$STATE/run.tar" | jq '[.layers[].size] | add')
  layers=$(du -sb "$1"/layers/gridshim_*/*/ | awk '{sum += $1} END {print sum + 0}')
  echo $((base + layers))
}
