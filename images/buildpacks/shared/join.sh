# shellcheck shell=bash
. "$(dirname "${BASH_SOURCE[0]}")/plan.sh"

# join_layers ROOT: of a folder that one layer alone has, one link; where several have it, a folder, joined in turn. Of a file that two
# layers have, the first is taken: it comes from the same package.
join_layers() {
  local root=$1 layer layers=()
  for layer in "${CNB_LAYERS_DIR%/*}"/gridshim_*/*/status; do [ ! -f "$layer" ] || layers+=("${layer%/status}"); done
  [ ${#layers[@]} -gt 0 ] || fail "nothing asks for a runtime: no marker file and no gridshim.toml"
  mkdir -p "$root/etc" "$root/usr/bin"
  for layer in "${layers[@]}"; do
    (cd "$layer" && { find etc usr var -mindepth 1 -printf "%p\t%y\t$layer/%p\n" 2>/dev/null || true; }) # a layer need not have all three
  done | join_plan > "$root.plan"
  local kind path target
  while IFS=$'\t' read -r kind path target; do
    if [ "$kind" = d ]; then mkdir -p "$root/$path"; else ln -s "$target" "$root/$path"; fi
  done < "$root.plan"
  rm "$root.plan"
  libraries "${layers[@]}" > "$root.conf"
  /sbin/ldconfig -i -X -C "$root/etc/ld.so.cache" -f "$root.conf" || fail "the loader's cache could not be written"
  rm "$root.conf"
  mkdir -p "$root/env.launch"
  printf ':' > "$root/env.launch/PATH.delim"
  printf %s "$root/usr/bin" > "$root/env.launch/PATH.append"
}

# join_plan: lines "path kind place", to lines "d path" (a folder) and "l path place" (a link). Slashes sort before all else, so that a
# folder is followed by what is in it.
join_plan() {
  sed ':again; s#^\([^\t]*\)/#\1\x01#; t again' | LC_ALL=C sort -s -t $'\t' -k1,1 | awk -F'\t' -v OFS='\t' '
    function flush() {
      gsub("\001", "/", path)
      if (path == "" || (linked != "" && index(path, linked) == 1)) return
      if (folder && (several || path ~ /^usr\/(bin|lib|share)$/)) print "d", path
      else { print "l", path, place; linked = path "/" }
    }
    $1 == path { several = 1; if ($2 != "d") folder = 0; next }
    { flush(); path = $1; folder = $2 == "d"; several = 0; place = $3 }
    END { flush() }'
}

# libraries LAYER...: every folder with shared libraries that programs name without a path, then the base's own.
libraries() {
  local triplet layer folder
  triplet=$(uname -m)-linux-gnu
  for layer; do
    for folder in lib "lib/$triplet" "lib/$triplet/blas" "lib/$triplet/lapack" "lib/$triplet/pulseaudio" lib/R/lib; do
      ! compgen -G "$layer/usr/$folder/*.so*" > /dev/null || echo "$layer/usr/$folder"
    done
  done
  echo "/usr/lib/$triplet"
}
