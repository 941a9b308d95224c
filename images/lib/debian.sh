# shellcheck shell=bash
# Where Debian's packages come from: this machine's own apt configuration, else Debian's servers.

# debian_sources: lines for apt, one an archive of this release.
debian_sources() {
  local found
  found=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT) $(CREATED_BY)' 2>/dev/null |
    awk -v release="$DEBIAN" '$2 ~ "^" release "(-updates|-security)?$" && $3 == "main" && $4 == "Packages" && !seen[$1 $2]++ {print "deb", $1, $2, "main"}')
  if grep -q " $DEBIAN main" <<< "$found"; then echo "$found"; else official_sources; fi
}

official_sources() {
  echo "deb http://deb.debian.org/debian $DEBIAN main"
  echo "deb http://deb.debian.org/debian $DEBIAN-updates main"
  echo "deb http://deb.debian.org/debian-security $DEBIAN-security main"
}

# debian_proxy: the proxy that this machine's apt uses, if any.
debian_proxy() { apt-config dump --format '%v%n' Acquire::http::Proxy 2>/dev/null | head -n 1; }

# paths_in ROOT: makes in ROOT the links of every buildpack's file `paths`: a program that was built for /usr/lib/R finds it there,
# although it lies in a layer. The links dangle in an image without that runtime.
paths_in() {
  local root=$1 path target joined=/layers/gridshim_runtimes/root
  while read -r path target; do
    [ ! -d "$root$path" ] || rmdir "$root$path" 2>/dev/null || die "$path is in the base already: a link cannot replace it"
    mkdir -p "$root$(dirname "$path")"
    ln -s "$joined${target:-$path}" "$root$path"
  done < <(paths)
}

# paths: lines "PATH" or "PATH TARGET", of all buildpacks.
paths() { sed "s/#.*//; s/{triplet}/$(triplet)/g" "$HERE"/buildpacks/*/paths | awk 'NF' | sort -u; }
