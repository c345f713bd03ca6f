# Two commands are enough: `make run` shows the relay at work, `make test` tests all of it.
# Both install the Debian packages that this machine lacks (scripts/packages), and build what they need.

SWIFT ?= swift
BUILD := $(SWIFT) build --explicit-target-dependency-import-check error

# Where `make run` and `make demo` keep journals, registry, keys and logs.
run demo: export BATON_HOME ?= $(CURDIR)/.baton

.PHONY: help run demo build test bench compose-test generate check-generated format lint clean

help:
	@echo "make run       start the relay with a sample shop, send flows A to E through it, stay up"
	@echo "make demo      the same, then end: exit code 0 if every flow was approved"
	@echo "make test      build and run all tests"
	@echo "make bench     measure the relay on this machine (BENCH_JSON=file, BENCH_PEERS=folder)"
	@echo "make compose-test  run the relay with docker compose, kill its router, scale it; needs an engine"
	@echo "make build     build everything for release"
	@echo "make generate  write anew what is made of the published messages and of docs/errors.yaml"
	@echo "make format    settle the source's format; make lint only looks"
	@echo "make clean     remove what was built, and the demonstration's home"

run: build
	@exec .build/release/baton demo --stay

demo: build
	@exec .build/release/baton demo

build:
	@scripts/packages build
	$(BUILD) -c release

test: check-generated
	@scripts/packages test
	$(BUILD) --build-tests
	SWIFT="$(SWIFT)" scripts/test

compose-test:
	@scripts/compose-test

bench: build
	@exec .build/release/baton bench

generate:
	@scripts/packages generate
	scripts/generate
	scripts/generate-errors

check-generated:
	@scripts/generate --check
	@scripts/generate-errors --check

format:
	$(SWIFT) format format --in-place --recursive --parallel Package.swift Services Shared Tests scripts

lint:
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Services Shared Tests scripts

clean:
	rm -rf .build .build-tools .baton
