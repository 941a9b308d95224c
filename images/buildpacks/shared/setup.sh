# shellcheck shell=bash
# What the scripts of the packages would have done, as far as a job notices it. Every part looks for its own files, so that it works for
# a language's layer and for single packages alike.

# alternative TREE NAME PROGRAM: the program that goes by this name, unless a package brought one.
alternative() {
  if [ -e "$1/usr/bin/$3" ] && [ ! -e "$1/usr/bin/$2" ]; then ln -sfn "$3" "$1/usr/bin/$2"; fi
}

setup() { # TREE
  local tree=$1 version program
  for version in 5.4 5.3 5.2 5.1; do alternative "$tree" lua "lua$version"; alternative "$tree" luac "luac$version"; done
  alternative "$tree" php php8.2
  alternative "$tree" phar phar8.2
  for program in "$tree"/usr/bin/*-im6.q16; do # ImageMagick's
    program=${program##*/}
    alternative "$tree" "${program%-im6.q16}" "$program"
  done
  setup_java "$tree"
  setup_php "$tree"
  setup_links "$tree"
  chmod -R u+rwX,go=rX "$tree"
}

setup_java() {
  local bin program
  for bin in "$1"/usr/lib/jvm/*/bin; do
    [ -d "$bin" ] || continue
    mkdir -p "$1/usr/bin"
    for program in "$bin"/*; do [ -L "$1/usr/bin/${program##*/}" ] || ln -s "${program#"$1"}" "$1/usr/bin/${program##*/}"; done
  done
}

# setup_php: every extension that is unpacked is switched on, with the number that its .ini asks for.
setup_php() {
  local ini number conf=$1/etc/php/8.2/cli/conf.d
  for ini in "$1"/usr/share/php8.2-*/*/*.ini; do
    [ -f "$ini" ] || continue
    mkdir -p "$conf" "$1/etc/php/8.2/mods-available"
    number=$(sed -n 's/^; *priority=//p' "$ini")
    cp "$ini" "$1/etc/php/8.2/mods-available/"
    ln -s "/etc/php/8.2/mods-available/${ini##*/}" "$conf/${number:-20}-${ini##*/}"
  done
  [ ! -f "$1/usr/lib/php/8.2/php.ini-production.cli" ] || cp "$1/usr/lib/php/8.2/php.ini-production.cli" "$1/etc/php/8.2/cli/php.ini"
}

# setup_links: a link of a package names a place in the whole system. If its target is in this layer it shall point there, else to the
# absolute place, which is the base's or, by a link of the base, another layer's.
setup_links() {
  local tree=$1 link target place
  find "$tree" -type l -printf '%P\t%l\n' > "$WORK/links"
  awk -F'\t' '$2 ~ "^/" {print $2; next} {sub("[^/]*$", "", $1); print "/" $1 $2}' "$WORK/links" | tr '\n' '\0' | xargs -0r realpath -ms |
    sed -E 's#^/(lib|bin|sbin)/#/usr/\1/#' | paste "$WORK/links" - > "$WORK/places"
  while IFS=$'\t' read -r link target place; do
    if [ -e "$tree$place" ] || [ -L "$tree$place" ]; then place=$tree$place; fi
    case $target in "$tree"/*) ;; *) ln -sfn "$place" "$tree/$link" ;; esac
  done < "$WORK/places"
}
