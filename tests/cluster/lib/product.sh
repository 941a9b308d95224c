# gridshim itself on this machine: program, links, site file, controller (as a host process) and the shepherd's image.
GRIDSHIM_BIN=${GRIDSHIM_BIN:-$REPO/target/release/gridshim}
GRIDSHIM_SHEPHERD_BIN=${GRIDSHIM_SHEPHERD_BIN:-}
INSTALLED=/usr/local/lib/gridshim/gridshim LINKS=/usr/local/bin ACCOUNTING=/var/lib/gridshim

# install_product: also after a rebuild, without another `up`. What is not built yet is left out.
install_product() {
  local name
  take_over /etc/gridshim
  take_over "$ACCOUNTING"
  install -d -m 755 /etc/gridshim "$ACCOUNTING"
  [ ! -f "$REPO/compat/reference-site.toml" ] || site_file > /etc/gridshim/site.toml
  [ ! -f "$GRIDSHIM_SHEPHERD_BIN" ] || load_shepherd "$GRIDSHIM_SHEPHERD_BIN"
  if [ ! -f "$GRIDSHIM_BIN" ]; then
    say "no $GRIDSHIM_BIN yet: no commands, no controller"
    return
  fi
  take_over "${INSTALLED%/*}"
  install -D -m 755 "$GRIDSHIM_BIN" "$INSTALLED.new"
  mv "$INSTALLED.new" "$INSTALLED" # the old one may be running
  install_links
  [ ! -f /etc/gridshim/site.toml ] || load_commands "$INSTALLED" /etc/gridshim/site.toml
  stop controller
  start_controller
}

# site_file: what the compliance suite expects; with Kueue, its table too.
site_file() {
  cat "$REPO/compat/reference-site.toml"
  ! alive kueue || printf '\n[kubernetes.kueue]\npriority_classes = { gridshim-low = -1023, gridshim-normal = 0, gridshim-high = 1 }\n'
}

# install_links: the program knows the names. It is asked in an empty folder first, so that what had these names before
# can come back.
install_links() {
  local trial name
  trial=$(mktemp -d "$DIR/tmp/links.XXXXXX")
  if "$INSTALLED" install-links "$trial" > "$LOG/install-links.log" 2>&1 < /dev/null; then
    for name in $(ls "$trial"); do take_over "$LINKS/$name"; done
    take_over "$LINKS/gridshim"
    ln -sfn "$INSTALLED" "$LINKS/gridshim"
    "$INSTALLED" install-links "$LINKS" >> "$LOG/install-links.log" 2>&1 < /dev/null || die "the links could not be made; see $LOG/install-links.log"
  else
    say "'gridshim install-links' fails; see $LOG/install-links.log"
  fi
  rm -rf "$trial"
}

start_controller() {
  [ -x "$INSTALLED" ] || return 0
  start controller env KUBECONFIG="$DIR/controller.kubeconfig" "$INSTALLED" controller
}
