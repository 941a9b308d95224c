# What the clients need on this machine: Debian's packages, Java archives, and a virtualenv for each that is written in Python, made with Debian's
# own python3 because the jobs' images have that one at the same path.

# install_client NAME: its packages (PACKAGES in about.sh) and its virtualenv (requirements.txt, every version pinned).
install_client() {
  local client=$1 PACKAGES='' package missing=()
  [ ! -f "$HERE/$client/about.sh" ] || . "$HERE/$client/about.sh"
  [ ! -f "$HERE/$client/requirements.txt" ] || PACKAGES+=" python3 python3-venv"
  for package in $PACKAGES; do [ "$(dpkg-query -Wf '${db:Status-Abbrev}' "$package" 2>/dev/null)" = "ii " ] || missing+=("$package"); done
  if [ ${#missing[@]} -gt 0 ]; then
    say "installing ${missing[*]}"
    [ -n "${apt_is_fresh:-}" ] || timeout 300 apt-get update -qq </dev/null || return 1
    apt_is_fresh=yes
    DEBIAN_FRONTEND=noninteractive timeout 900 apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null >/dev/null || return 1
  fi
  [ ! -f "$HERE/$client/requirements.txt" ] || make_virtualenv "$client" || return 1
  [ ! -f "$HERE/$client/pom.xml" ] || collect_jars "$client"
}

# collect_jars NAME: what pom.xml names, with all that it needs.
collect_jars() {
  cmp -s "$HERE/$1/pom.xml" "$CACHE/$1/made-from.txt" && return
  say "collecting the Java archives of $1"
  mkdir -p "$CACHE" && chmod 755 "$CACHE" && rm -rf "${CACHE:?}/$1" && mkdir "$CACHE/$1" &&
    timeout 900 mvn -q -B -f "$HERE/$1/pom.xml" dependency:copy-dependencies -DoutputDirectory="$CACHE/$1/lib" </dev/null || return 1
  chmod -R go+rX "$CACHE/$1" && cp "$HERE/$1/pom.xml" "$CACHE/$1/made-from.txt"
}

make_virtualenv() {
  local client=$1
  cmp -s "$HERE/$client/requirements.txt" "$CACHE/$client/made-from.txt" && return
  say "making the virtualenv of $client"
  mkdir -p "$CACHE" && chmod 755 "$CACHE" && rm -rf "${CACHE:?}/$client" && /usr/bin/python3 -m venv "$CACHE/$client" || return 1
  # The list is complete; some clients' packages ask for less than they work with, so what they ask for is not looked at again.
  timeout 900 "$CACHE/$client/bin/pip" install -q --no-deps --disable-pip-version-check -r "$HERE/$client/requirements.txt" </dev/null || return 1
  chmod -R go+rX "$CACHE/$client" && cp "$HERE/$client/requirements.txt" "$CACHE/$client/made-from.txt"
}

# version_of NAME: of the first package in requirements.txt, else of the dependency in pom.xml, else of the first Debian package.
version_of() {
  local PACKAGES=''
  if [ -f "$HERE/$1/requirements.txt" ]; then
    sed -n '/^[^#]/{s/.*==//p;q}' "$HERE/$1/requirements.txt"
  elif [ -f "$HERE/$1/pom.xml" ]; then
    sed -n '/<dependency>/,/<exclusions>/s#.*<version>\(.*\)</version>.*#\1#p' "$HERE/$1/pom.xml"
  else
    . "$HERE/$1/about.sh" && dpkg-query -Wf '${Version}\n' "${PACKAGES%% *}" | sed 's/^[0-9]*://; s/[-+].*//'
  fi
}
