#!/usr/bin/env bash
# Installs what building needs and Debian has; says in one line what it cannot install.
set -euo pipefail
missing=()
command -v cc >/dev/null || missing+=(gcc libc6-dev)
command -v make >/dev/null || missing+=(make)
command -v git >/dev/null || missing+=(git)
command -v python3 >/dev/null || missing+=(python3)
command -v ps >/dev/null || missing+=(procps)
if [ ${#missing[@]} -gt 0 ]; then
  if [ "$(id -u)" != 0 ]; then
    echo "gridshim: this machine lacks ${missing[*]}: apt-get install ${missing[*]}" >&2
    exit 1
  fi
  echo "gridshim: installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq </dev/null
  apt-get install -y -qq "${missing[@]}" </dev/null >/dev/null
fi
have=$(cargo --version 2>/dev/null | awk '{print $2}')
if [ -z "$have" ] || [ "$(printf '%s\n' 1.89.0 "$have" | sort -V | head -n 1)" != 1.89.0 ]; then
  echo "gridshim: cargo 1.89 or newer is needed (here: ${have:-none}); Debian's is older, rustup brings one" >&2
  exit 1
fi
