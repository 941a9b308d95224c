# gridshim's everyday commands. Programs that are missing are installed from the registries where that can be done;
# Rust (cargo 1.89 or newer) and, for the test cluster, Go 1.26 must be there.
.DEFAULT_GOAL := build
SHELL := /bin/bash
TARGET := $(shell uname -m)-unknown-linux-gnu
RELEASE := target/release/gridshim
SHEPHERD := target/$(TARGET)/release/gridshim-shepherd
CLUSTER_ENV = GRIDSHIM_BIN=$(CURDIR)/$(RELEASE) GRIDSHIM_SHEPHERD_BIN=$(CURDIR)/$(SHEPHERD)

.PHONY: build shepherd demo test bench lint fmt cluster-up cluster-down cluster-install grid-up grid-down deps clean

## build: the multi-call binary
build: deps
	cargo build --release --bin gridshim

## shepherd: the static helper that goes into every pod
shepherd: deps
	RUSTFLAGS="-C target-feature=+crt-static" cargo build --release --no-default-features --bin gridshim-shepherd --target $(TARGET)

## demo: an old tool's crontab, run by gridshim on this machine; CLUSTER=1: on the test cluster
demo: build
ifeq ($(CLUSTER),1)
	$(MAKE) cluster-up
	demo/run.sh --cluster
else
	GRIDSHIM_BIN=$(CURDIR)/$(RELEASE) demo/run.sh
endif

## test: everything a change must pass; as root also against the real Grid Engine and on a real Kubernetes
test: deps
	tests/run.sh

## bench: our commands beside the real Grid Engine's, in one run
bench: build shepherd grid-up cluster-up
	GRIDSHIM_BIN=$(CURDIR)/$(RELEASE) cargo bench --bench commands

lint: deps
	cargo fmt --check
	cargo clippy --all-targets -- -D warnings

fmt:
	cargo fmt

## cluster-up: a real one-node Kubernetes with users alice and bob (tests/cluster/README.md); NODES=fake: kwok's pretended nodes
cluster-up: build shepherd
	$(CLUSTER_ENV) tests/cluster/cluster.sh up $(if $(filter fake,$(NODES)),--fake-nodes 10)

## cluster-install: a rebuilt gridshim into the running cluster
cluster-install: build shepherd
	$(CLUSTER_ENV) tests/cluster/cluster.sh install

cluster-down:
	tests/cluster/cluster.sh down

## grid-up: the real Grid Engine 8.1.9 from Debian's packages, the judge of the compliance suite
grid-up:
	tests/compliance/real-grid-engine.sh up

grid-down:
	tests/compliance/real-grid-engine.sh down

deps:
	@tests/support/deps.sh

clean:
	cargo clean
