# `make run` opens the wallet, `make test` is all that CI runs; `make help` lists the rest.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run build test check package bench faults soak shop-day cold drill screenshots bootstrap bootstrap-test icons advisories

# Programs that the bootstrap put there because the system's are missing or too old.
export PATH := $(CURDIR)/target/tools/bin:$(PATH)

UI_SOURCES := $(shell find ui -type f -not -path 'ui/node_modules/*' -not -path 'ui/dist/*') \
    icons/tokens.json $(wildcard wallet-core/wallet/messages/*.json)

help: ## Lists the targets
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## (.*)/\1\t\2/' | expand -t 16

run: build ## Opens the wallet on the embedded sandbox; with no display, pays a shop in the terminal
	@if [ -n "$${DISPLAY:-}$${WAYLAND_DISPLAY:-}" ]; then exec target/debug/jiaozi-desktop; \
	else echo 'There is no display: this is the same payment in the terminal.'; exec target/debug/jiaozi demo; fi

build: ui/dist/index.html | bootstrap ## Builds the four programs into target/debug
	@cargo build --locked --workspace --bins

test: bootstrap-test ## Everything that CI checks, in order, up to the first failure (STEPS="deny rust" for some)
	@scripts/test.sh $(STEPS)

check: bootstrap-test ui/dist/index.html ## The quick checks alone: format, lints, crate graph, licences
	@scripts/test.sh format scripts clippy graph network deny

package: bootstrap-test ui/dist/index.html ## The .deb and the .rpm, of release builds, into target/package
	@packaging/build.sh --profile release

bench: bootstrap-test ui/dist/index.html ## The figures, each printed beside its peer
	@bench/run.sh

KILLS ?= 10000
SEED ?= 1
faults: bootstrap-test ui/dist/index.html ## Payments through every fault on every node, both spaces of Conflux too (long)
	tests/scenarios/run.sh --test faults -- --include-ignored

soak: bootstrap-test ui/dist/index.html ## Kills wallet, vault and node again and again (KILLS=10000 SEED=1), and counts the losses
	@tests/scenarios/kill.sh $(KILLS) $(SEED)

shop-day: KILLS = 0
shop-day: bootstrap-test ui/dist/index.html ## A shop's day at the till on two ledgers, with every bad day in it (KILLS=50 SEED=1)
	@tests/shop-day/run.sh $(KILLS) $(SEED)

cold: build ## Cold signing with a vault that has no network, two of five pictures lost, and other wallets
	@tests/cold/run.sh
	@tests/cold/others.sh
	@tests/cold/core.sh

drill: bootstrap-test ## The backup drill: a wallet is wiped and restored from each kind of backup (FROM="words file")
	@tests/drill/run.sh $(FROM)

screenshots: bootstrap-test ui/dist/index.html ## The pictures of the README, in both languages
	@scripts/screenshots.sh

icons: ## Draws every size of the icon from its sources
	@cd icons && npm ci --silent && npm run --silent build

advisories: bootstrap-test ## Asks the advisory databases about every dependency (needs to reach them)
	@scripts/check-advisories.sh

bootstrap:
	@scripts/bootstrap.sh run

bootstrap-test: bootstrap
	@scripts/bootstrap.sh test

# Each build of the page recompiles the shell that embeds it, so it runs only when something changed.
ui/dist/index.html: $(UI_SOURCES) ui/node_modules/.package-lock.json | bootstrap
	@echo 'Building the user interface'
	@cd ui && npm run --silent build && touch dist/index.html

ui/node_modules/.package-lock.json: ui/package-lock.json | bootstrap
	@echo 'Fetching what the user interface is built with'
	@cd ui && npm ci --no-fund --no-audit --loglevel=error && touch node_modules/.package-lock.json
