# shellcheck shell=bash disable=SC2034
# Every version of the images, in one place. A change makes everything that depends on it anew (each archive keeps its recipe).
DEBIAN=bookworm DEBIAN_NUMBER=12
LIFECYCLE=0.21.13     # the buildpacks lifecycle, built from its Go module; 0.21.17 needs a module that the proxy lacks
GO_MINIMUM=1.26       # what that lifecycle's go.mod asks for
PLATFORM_API=0.12     # of `creator`: the first one with -layout
BUILDPACKS=0.1.0      # of our own buildpacks; as in their buildpack.toml and in builder.toml
KPACK=0.17.2          # whose CRDs kpack/check.sh reads
EPOCH=315532801       # the time of every file and image: 1980-01-01 00:00:01, as the lifecycle itself writes it

CNB_UID=1001 CNB_GID=1001 # who builds; who runs is the job's own user
STACK=gridshim.bookworm   # the stack id that kpack compares
NAMES=localhost/gridshim  # in front of run:12, build:12, builder:12 and every image

# What scripts found on a grid usually ask for, beside the languages, which are layers of their own.
# usr-is-merged: else usrmerge comes, and with it the whole of Perl.
TOOLS="usr-is-merged bash dash tcsh mksh gawk jq procps less bc curl ca-certificates file xz-utils bzip2 unzip sqlite3 netbase"
