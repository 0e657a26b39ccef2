# Everything that is run by hand or by CI. `make` alone lists it.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

PORT ?= 3000
DATABASE_URL ?= sqlite://data/licentia.db

# Paths below count from here, whatever cargo's own settings say.
export CARGO_TARGET_DIR := $(CURDIR)/target
export PATH := $(CURDIR)/target/tools/bin:$(PATH)

RUST := $(shell sed -n 's/^channel = "\(.*\)"/\1/p' rust-toolchain.toml)
BINDGEN := $(shell sed -n '/^name = "wasm-bindgen"$$/{n;s/^version = "\(.*\)"/\1/p}' Cargo.lock)
# By the environment: an address may hold what the shell would read, and a password that `ps` would show.
export PORT DATABASE_URL

.PHONY: help run watch test check bench dist setup site build clean rust node bindgen lint test-rust test-browser

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16
	@echo "  PORT=$$PORT  DATABASE_URL=$$DATABASE_URL"

run: site build ## start the demo, building what changed; address and sign-in are printed
	target/debug/licentia serve --demo

watch: setup ## the same, rebuilt and restarted at every change
	node frontend/watch.mjs serve --demo

test: lint test-rust test-browser ## everything: formatting, lints, Rust tests on both databases, browser tests
	@cat target/test/rust target/test/browser

check: rust ## seconds: formatting, lints, unit tests of domain and service
	cargo fmt --all --check
	cargo clippy --workspace --exclude frontend --all-targets -- -D warnings
	cargo test -p domain -p service

bench: site ## measure the release build on SQLite and on PostgreSQL
	cargo build --release -p server
	RUST_LOG=error server/tests/postgres.sh target/release/licentia bench
	[ ! -f end2end/bench/first-visit.mjs ] || $(MAKE) end2end/node_modules
	[ ! -f end2end/bench/first-visit.mjs ] || node end2end/bench/first-visit.mjs

dist: site ## one file to ship, target/dist/licentia, with the site and the migrations inside
	cargo build --release -p server
	install -D target/release/licentia target/dist/licentia
	strip --strip-debug target/dist/licentia
	node end2end/smoke.mjs target/dist/licentia
	@du -h target/dist/licentia

site: setup ## what the browser downloads: target/site
	node frontend/build.mjs

build: rust ## the server's daily build: target/debug/licentia
	cargo build -p server

clean: ## remove what was built; data/ stays
	rm -rf target end2end/artifacts frontend/node_modules end2end/node_modules

# --- the parts of `make test` ---

lint: rust
	cargo fmt --all --check
	@found=0; grep -rlPzo '<textarea(?:[^>]*[^/>])?>\s*[^<\s]' app/src || found=$$?; [ $$found = 1 ] || { \
		echo "A textarea's children are not escaped: use prop:value"; exit 1; }
	cargo clippy --workspace --exclude frontend --all-targets -- -D warnings
	cargo clippy -p frontend --target wasm32-unknown-unknown -- -D warnings

# A runner that found no tests says «ok»: nothing passed is a failure here.
test-rust: rust end2end/node_modules
	@mkdir -p target/test
	CARGO_TERM_COLOR=never LICENTIA_PG_FAST=1 server/tests/postgres.sh \
		cargo test --workspace --exclude frontend --no-fail-fast 2>&1 | tee target/test/rust.log
	@awk '/^test result:/ { passed += $$4; failed += $$6; ignored += $$8 } \
		END { printf "test result: ok. %d passed; %d failed; %d ignored; 0 measured; 0 filtered out\n", passed, failed, ignored; \
		exit !passed }' target/test/rust.log > target/test/rust || { echo "cargo test: 0 passed"; exit 1; }

test-browser: site build end2end/node_modules
	@mkdir -p target/test
	cd end2end && npx tsc
	cd end2end && FORCE_COLOR=0 npx playwright test 2>&1 | tee ../target/test/browser.log
	@grep -E '^ *[1-9][0-9]* passed' target/test/browser.log > target/test/browser || { echo "playwright: 0 passed"; exit 1; }

# --- what has to be on the machine ---

# Installs packages of the system, if it may: $(call apt,PACKAGES)
apt = { [ "$$(id -u)" = 0 ] && sudo= || sudo="sudo -n"; $$sudo apt-get update -qq && \
	$$sudo apt-get install -y -qq --no-install-recommends $(1); }

setup: rust node bindgen frontend/node_modules ## install what building needs and the machine lacks

# rustup would add these by itself, unless it is told not to (RUSTUP_AUTO_INSTALL=0).
rust:
	@command -v cargo >/dev/null || { \
		echo "Не найден Rust. Установите rustup: https://rustup.rs"; \
		echo "Rust was not found. Install rustup: https://rustup.rs"; exit 1; }
	@command -v cc >/dev/null || $(call apt,build-essential) || { \
		echo "Не найден компилятор C. Установите: sudo apt-get install build-essential"; \
		echo "No C compiler was found. Install it: sudo apt-get install build-essential"; exit 1; }
	@{ cargo fmt --version && cargo clippy --version && \
		[ -d "$$(rustc --print target-libdir --target wasm32-unknown-unknown)" ]; } >/dev/null 2>&1 || \
		rustup toolchain install $(RUST) --profile minimal --component rustfmt,clippy --target wasm32-unknown-unknown || { \
		echo "Нужны Rust $(RUST), rustfmt, clippy и цель wasm32-unknown-unknown; rustup не смог их установить."; \
		echo "Rust $(RUST), rustfmt, clippy and the target wasm32-unknown-unknown are needed; rustup could not install them."; exit 1; }
	@mkdir -p target/site

node:
	@command -v npm >/dev/null || $(call apt,nodejs npm) || true
	@node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || a == 20 && b >= 11 ? 0 : 1)' 2>/dev/null && command -v npm >/dev/null || { \
		echo "Нужны Node.js 20.11 или новее и npm: https://nodejs.org (в Debian 12 и Ubuntu 24.04 он старее)."; \
		echo "Node.js 20.11 or newer and npm are needed: https://nodejs.org (Debian 12 and Ubuntu 24.04 have an older one)."; exit 1; }

# Exactly the version of Cargo.lock. Unoptimised, for it builds in half the time and runs for seconds;
# without --locked, for its lock file may name crates that the registry does not serve.
bindgen: rust
	@[ "$$(wasm-bindgen --version 2>/dev/null)" = "wasm-bindgen $(BINDGEN)" ] || { \
		set -x; CARGO_TARGET_DIR=target/tools/build CARGO_PROFILE_DEV_DEBUG=0 \
		cargo install wasm-bindgen-cli --version $(BINDGEN) --debug --root target/tools && rm -rf target/tools/build; } || { \
		echo "Не удалось установить wasm-bindgen-cli $(BINDGEN). Установите вручную: cargo install wasm-bindgen-cli --version $(BINDGEN)"; \
		echo "wasm-bindgen-cli $(BINDGEN) could not be installed. By hand: cargo install wasm-bindgen-cli --version $(BINDGEN)"; exit 1; }

%/node_modules: %/package-lock.json | node
	npm ci --prefix $* --no-audit --no-fund
	@touch $@
