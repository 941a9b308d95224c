# shellcheck shell=bash
# The buildpacks lifecycle, from its Go module. `go install module@version` is refused for it; a small module of our own that asks for it
# is not.

make_lifecycle() {
  local out=$STATE/lifecycle source=$TMP/lifecycle recipe="$LIFECYCLE"
  current "$out" "$recipe" && return
  check_go
  say "building the lifecycle $LIFECYCLE (2 minutes)"
  rm -rf "$out" "$source"
  mkdir -p "$out.new" "$source"
  printf 'module gridshim.invalid/lifecycle\n\ngo %s\n\nrequire github.com/buildpacks/lifecycle v%s\n' "$GO_MINIMUM" "$LIFECYCLE" > "$source/go.mod"
  printf '//go:build tools\n\npackage tools\n\nimport (\n\t_ "github.com/buildpacks/lifecycle/cmd/launcher"\n\t_ "github.com/buildpacks/lifecycle/cmd/lifecycle"\n)\n' > "$source/tools.go"
  (
    cd "$source" && export CGO_ENABLED=0 && go mod tidy &&
      go build -trimpath -ldflags "-s -w -buildid= -X github.com/buildpacks/lifecycle/cmd.Version=$LIFECYCLE" -o "$out.new/" \
        github.com/buildpacks/lifecycle/cmd/lifecycle github.com/buildpacks/lifecycle/cmd/launcher
  ) > "$LOG/lifecycle.log" 2>&1 < /dev/null || die "the lifecycle could not be built; see $LOG/lifecycle.log"
  local phase
  for phase in analyzer builder creator detector exporter extender rebaser restorer; do ln -s lifecycle "$out.new/$phase"; done
  lifecycle_descriptor > "$out.new/lifecycle.toml"
  mv "$out.new" "$out"
  rm -rf "$source"
  made "$out" "$recipe"
}

check_go() {
  command -v go > /dev/null || die "Go $GO_MINIMUM is needed to build the lifecycle"
  local have; have=$(go env GOVERSION | tr -d 'go')
  [ "$(printf '%s\n' "$GO_MINIMUM" "${have:-0}" | sort -V | head -n 1)" = "$GO_MINIMUM" ] || die "Go $GO_MINIMUM is needed to build the lifecycle, this is $have"
}

BUILDPACK_APIS='"0.7", "0.8", "0.9", "0.10", "0.11", "0.12"' PLATFORM_APIS='"0.7", "0.8", "0.9", "0.10", "0.11", "0.12", "0.13", "0.14", "0.15"'
lifecycle_descriptor() {
  cat << TOML
[api]
platform = "0.7"
buildpack = "0.7"

[apis.buildpack]
deprecated = []
supported = [$BUILDPACK_APIS]

[apis.platform]
deprecated = []
supported = [$PLATFORM_APIS]

[lifecycle]
version = "$LIFECYCLE"
TOML
}
