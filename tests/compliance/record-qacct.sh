#!/usr/bin/env bash
# Records the real qacct again: every line `$ COMMAND` of compat/captures/qacct/transcripts/*.txt is run in compat/captures/qacct/files
# by bash, and what it prints is put below it: standard output as it is, lines of standard error behind `stderr: ` (the usage
# text as `stderr: <usage>`), then `[exit N]`. tests/qacct.rs plays the same files with gridshim's qacct.
# Names of transcripts may be given; without them all are recorded. `thishost` in files and commands stands for this machine's name.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
captures=$here/../../compat/captures
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
cp -r "$captures/qacct/files" "$work/files"
host=$(hostname)
sed -i "s/thishost/$host/g" "$work"/files/*
mkdir "$work/bin"
ln -s /usr/bin/qacct "$work/bin/qacct"
cd "$work/files"

run() { # command
  env -i PATH="$work/bin:/usr/bin:/bin" LANG=C.UTF-8 TZ=UTC SGE_ROOT=/var/lib/gridengine SGE_CELL=default \
    bash -o pipefail -c "${1//thishost/$host}" </dev/null >"$work/out" 2>"$work/err" || return $?
}
told() { # the usage text in one line, the others behind their label; this machine's name as it is in the files
  HELP=$captures/help/qacct.txt perl -0pe 'BEGIN { open F, "<", $ENV{HELP}; $h = <F>; } s/\Q$h\E/<usage>\n/; s/^/stderr: /mg' "$work/err"
}
if [ $# -eq 0 ]; then set -- $(cd "$captures/qacct/transcripts" && ls | sed 's/\.txt$//'); fi
for name; do
  file=$captures/qacct/transcripts/$name.txt
  while IFS= read -r line; do
    case $line in
      '#'*) printf '%s\n' "$line" ;;
      '$ '*)
        code=0; run "${line#\$ }" || code=$?
        printf '%s\n' "$line"; sed "s/\b$host\b/thishost/g" "$work/out"; told; printf '[exit %d]\n' "$code" ;;
    esac
  done < <(grep -a -E '^([$] |#)' "$file") > "$work/new"
  cp "$work/new" "$file"
  echo "$name: $(grep -a -c '^\$ ' "$file") commands"
done
