# gridshim's everyday commands. Programs that are missing are installed from the registries where that can be done;
# Rust (cargo 1.89 or newer) and, for the test cluster, Go 1.26 must be there.
.DEFAULT_GOAL := build
SHELL := /bin/bash
TARGET := $(shell uname -m)-unknown-linux-gnu
RELEASE := target/release/gridshim
SHEPHERD := target/$(TARGET)/release/gridshim-shepherd
CLUSTER_ENV = GRIDSHIM_BIN=$(CURDIR)/$(RELEASE) GRIDSHIM_SHEPHERD_BIN=$(CURDIR)/$(SHEPHERD)

PREFIX ?= /usr/local
ROOT = $(DESTDIR)$(PREFIX)

.PHONY: build images install fuzz shepherd demo test test-clients test-kueue chaos bench bench-controller bench-cron bench-runtime lint fmt cluster-up cluster-down cluster-install grid-up grid-down deps clean

## build: the multi-call binary
build: deps
	cargo build --release --bin gridshim

## install: program, links, manual and completions below PREFIX (/usr/local), and DESTDIR before it; links never replace a command of others
install:
	@[ -x $(RELEASE) ] || { echo "make build comes first"; exit 1; }
	install -D -m 755 $(RELEASE) $(ROOT)/bin/gridshim
	$(ROOT)/bin/gridshim install-links $(ROOT)/bin
	$(ROOT)/bin/gridshim man --directory $(ROOT)/share/man/man1
	mkdir -p $(ROOT)/share/gridshim
	cp -r images $(ROOT)/share/gridshim/
	mkdir -p $(ROOT)/share/bash-completion/completions $(ROOT)/share/zsh/site-functions $(ROOT)/share/fish/vendor_completions.d
	$(ROOT)/bin/gridshim completions bash >$(ROOT)/share/bash-completion/completions/gridshim
	$(ROOT)/bin/gridshim completions zsh >$(ROOT)/share/zsh/site-functions/_gridshim
	$(ROOT)/bin/gridshim completions fish >$(ROOT)/share/fish/vendor_completions.d/gridshim.fish
	@for name in $$($(ROOT)/bin/gridshim --list); do \
	  ln -sf gridshim $(ROOT)/share/bash-completion/completions/$$name; \
	  ln -sf gridshim.fish $(ROOT)/share/fish/vendor_completions.d/$$name.fish; \
	done

## images: the base and three images of several runtimes, by the buildpacks of images/ from Debian's packages (images/README.md)
images: shepherd
	GRIDSHIM_SHEPHERD_BIN=$(CURDIR)/$(SHEPHERD) images/build.sh all

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

## test-kueue: the cluster's cases once more beside a Kueue, which is built first (three minutes), and what only it can do
test-kueue: deps
	tests/run.sh kueue

## fuzz: every target for SECONDS (60) each, one after another (CONTRIBUTING.md); TARGETS="site words" runs these
fuzz: deps
	fuzz/run.sh $(or $(SECONDS),60) $(TARGETS)

## test-clients: third-party programs that drive Grid Engine (compat/clients.md), on this machine and on the test cluster;
## SYSTEMS=theirs: on the real Grid Engine; CLIENTS="parsl toil": only these
SYSTEMS ?= local kubernetes
CLIENTS ?=
test-clients: build
	@case " $(SYSTEMS) " in *" kubernetes "*) $(MAKE) cluster-up >&2 || exit 1 ;; esac; status=0; for system in $(SYSTEMS); do \
	  GRIDSHIM_BIN=$(CURDIR)/$(RELEASE) tests/clients/run.sh $$system $(CLIENTS) || status=1; done; exit $$status

## chaos: kills the controller, the API server, etcd and the kubelet KILLS (20) times each while JOBS (500) jobs run on the test
## cluster, in an order that follows from SEED; KILLS=2 JOBS=40 takes two minutes
chaos: cluster-up
	GRIDSHIM_TEST_CHAOS=1 KILLS=$(KILLS) JOBS=$(JOBS) SEED=$(SEED) cargo test --test chaos -- --nocapture

## bench: our commands beside the real Grid Engine's, in one run
bench: build shepherd grid-up cluster-up
	GRIDSHIM_BIN=$(CURDIR)/$(RELEASE) cargo bench --bench commands
	GRIDSHIM_BIN=$(CURDIR)/$(RELEASE) cargo bench --bench accounting

## bench-controller: its memory with LIVE (10000) jobs while TASKS (100000) end, and requests a task; an hour for the whole, on
## pretended nodes (cluster-down first if others run)
CLUSTER_DIR := $(or $(GRIDSHIM_CLUSTER),/var/tmp/gridshim-cluster)
bench-controller: build shepherd
	$(MAKE) cluster-up NODES=fake
	$(CLUSTER_ENV) KUBECONFIG=$(CLUSTER_DIR)/admin.kubeconfig cargo bench --bench controller -- --live $(or $(LIVE),10000) --tasks $(or $(TASKS),100000)

## bench-cron: TABLES (1000) crontabs of five entries each for MINUTES (5), on pretended nodes (cluster-down first if others run)
bench-cron: build shepherd
	$(MAKE) cluster-up NODES=fake
	$(CLUSTER_ENV) KUBECONFIG=$(CLUSTER_DIR)/admin.kubeconfig cargo bench --bench cron -- --tables $(or $(TABLES),1000) --minutes $(or $(MINUTES),5)

## bench-runtime: how well and how fast it is found out which runtimes a program needs, and how fast an image is chosen
bench-runtime: deps
	cargo bench --bench runtime

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
