# Two commands are enough: `make run` shows the relay at work, `make test` tests all of it.
# Both install the Debian packages that this machine lacks (scripts/packages), and build what they need.

SWIFT ?= swift
BUILD := $(SWIFT) build --explicit-target-dependency-import-check error
# As the Dockerfile builds it: optimized across modules, and without the checks for exclusive access that the debug build,
# which all tests run in, has. Overflow still traps.
RELEASE := -c release -Xswiftc -cross-module-optimization -Xswiftc -enforce-exclusivity=unchecked

# Where `make run` and `make demo` keep journals, registry, keys and logs.
run demo: export BATON_HOME ?= $(CURDIR)/.baton

# How many worlds `make simulate` runs, and from which seed on.
SEEDS ?= 1000
FIRST ?= 0
# Where `make install` puts the relay; DESTDIR is for makers of packages.
PREFIX ?= /usr/local
DESTDIR ?=
# For how long `make chaos` breaks things, and from which seed; by default a random one.
MINUTES ?= 5
SEED ?=
# How many customers a second and faults a minute it has.
RATE ?= 60
FAULTS ?= 27
# How many floods a minute beside them.
FLOODS ?= 24

.PHONY: help run demo build install tarball install-test test bench bench-journal simulate mutants faults chaos chaos-short compose-test example generate
.PHONY: check-generated format lint tsan clean

help:
	@echo "make run       start the relay with a sample shop, send flows A to E through it, stay up"
	@echo "make demo      the same, then end: exit code 0 if every flow was approved"
	@echo "make test      build and run all tests"
	@echo "make simulate  simulate SEEDS=1000 worlds of a whole relay with all its faults, in virtual time"
	@echo "make mutants   plant each fault of Tests/Mutants in a copy, and see that the simulation catches it"
	@echo "make faults    plant each fault of Tests/Faults in a copy, and see that a test catches it (FAULTS_LIST=names)"
	@echo "make bench     measure the relay on this machine (BENCH_JSON=file, BENCH_PEERS=folder, BENCH_HISTORY=file)"
	@echo "make bench-journal  measure the journal with 10 thousand to 10 million transactions (BENCH_STORED=number)"
	@echo "make chaos     break the real stack for MINUTES=5, compare every transaction with the ledger (SEED=n RATE=60 FAULTS=27 FLOODS=24)"
	@echo "make example       build examples/my-bank outside of the tree, and let it serve a router"
	@echo "make compose-test  run the relay with docker compose, kill its router, scale it; needs an engine"
	@echo "make build     build everything for release"
	@echo "make install   build, and install in PREFIX=/usr/local what runs without Swift, with a systemd unit"
	@echo "make tarball   the same as an archive in dist/, to be unpacked in /opt of other machines"
	@echo "make install-test  unpack it in a Debian without Swift, and run the demonstration; needs an engine"
	@echo "make generate  generate the files of the .proto messages and of docs/errors.yaml again"
	@echo "make tsan      run the tests of the transport and the edges under Thread Sanitizer"
	@echo "make format    format the source; make lint only checks"
	@echo "make clean     remove what was built, and the demonstration's home"

run: build
	@exec .build/release/baton demo --stay

demo: build
	@exec .build/release/baton demo

build:
	@scripts/packages build
	$(BUILD) $(RELEASE)

install: build
	@DESTDIR="$(DESTDIR)" scripts/install $(PREFIX)

tarball: build
	@scripts/tarball

install-test: tarball
	@scripts/install-test

test: check-generated
	@scripts/packages test
	$(BUILD) --build-tests
	SWIFT="$(SWIFT)" scripts/test

compose-test:
	@scripts/compose-test

example:
	$(BUILD) --build-tests
	@SWIFT="$(SWIFT)" scripts/example-test

bench: export BENCH_HISTORY ?= $(CURDIR)/.build/bench-history.jsonl
bench: build
	@scripts/packages bench || echo "without the yardsticks that are missing"
	@exec .build/release/baton bench

bench-journal: build
	@exec .build/release/baton bench --journal --stored $(or $(BENCH_STORED),10000000)

chaos: build
	@scripts/packages chaos
	@exec .build/release/baton-chaos --minutes $(MINUTES) --rate $(RATE) --faults $(FAULTS) --floods $(FLOODS) $(if $(SEED),--seed $(SEED))

# Half a minute of it, on what `make test` has built; customers come at a rate that a busy machine can bear.
chaos-short:
	$(BUILD) --build-tests
	@exec timeout --kill-after=5 170 .build/debug/baton-chaos --minutes 0.5 --rate 10 $(if $(SEED),--seed $(SEED))

simulate:
	@SWIFT="$(SWIFT)" exec scripts/simulate $(SEEDS) $(FIRST)

# FAULTS_PLANTED names some of them; without it all are planted.
mutants:
	@scripts/packages test
	SWIFT="$(SWIFT)" scripts/mutants $(FAULTS_PLANTED)

# FAULTS_LIST names some of them, or files of Tests/Faults; without it all are tried, which takes most of an hour.
faults:
	@scripts/packages test
	SWIFT="$(SWIFT)" scripts/faults $(FAULTS_LIST)

generate:
	@scripts/packages generate
	scripts/generate
	scripts/generate-errors

check-generated:
	@scripts/generate --check
	@scripts/generate-errors --check

# swift-format leaves comments as they are, so scripts/columns holds them to the same 120 columns.
SOURCES := Package.swift Services Shared Tests scripts

format:
	scripts/columns --fix $(SOURCES)
	$(SWIFT) format format --in-place --recursive --parallel $(SOURCES)

lint:
	@scripts/packages lint
	scripts/faults --check
	scripts/columns $(SOURCES)
	$(SWIFT) format lint --strict --recursive --parallel $(SOURCES)

tsan:
	@scripts/packages test
	SWIFT="$(SWIFT)" scripts/tsan

clean:
	rm -rf .build .build-tools .build-tsan .baton dist
