# Debian packages that the cluster needs, installed only when their program is missing.
install_packages() {
  local wanted=() program package
  for program in runc:runc openssl:openssl gcc:gcc mmdebstrap:mmdebstrap ip:iproute2 setsid:util-linux jq:jq curl:curl /usr/lib/cni/bridge:containernetworking-plugins; do
    package=${program##*:} program=${program%:*}
    command -v "$program" > /dev/null || wanted+=("$package")
  done
  [ -f /usr/lib/x86_64-linux-gnu/libc.a ] || [ -f /usr/lib/aarch64-linux-gnu/libc.a ] || wanted+=(libc6-dev)
  [ ${#wanted[@]} -gt 0 ] || return 0
  say "installing ${wanted[*]}"
  export DEBIAN_FRONTEND=noninteractive
  {
    dpkg --configure -a # an interrupted installation elsewhere must not stop ours
    apt-get update -q && apt-get install -qy --no-install-recommends "${wanted[@]}"
  } > "$LOG/packages.log" 2>&1 < /dev/null || die "${wanted[*]} could not be installed; see $LOG/packages.log"
}
