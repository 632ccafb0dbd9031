# What one does here. Each target does all its own set-up on a fresh machine that has rustup, a C
# compiler and a package manager.
#
#   make demo    a PDF from the bundled real reports: embedded, offline
#   make test    every test, against real parts
#   make check   format, lints, documentation, dependencies
#   make dev     serve the sample, and again whenever a file changes; or the report alone: make dev REPORT=dev.html
#   make quick   format, lints and unit tests of the crates without WebAssembly, for the inner loop
#   make swap-proof   100 swaps of a section under 8 reports in flight, with the figures
#   make dist    an archive of the release with completions, contract and licences, and an OCI image, in dist/
#   make faults  10,000 reports in both modes while everything dies, with a scoreboard; REPORTS=200 for fewer
#   make fuzz    inputs by chance for whatever reads strangers' bytes; TIME=60 seconds each, TARGET=layout for one
#   make bench   one table of measurements; BASELINE=<dir> adds the Celery stack and ratios; with BEFORE=<binary> only
#                throughput and latencies of that older quire and of this one, measured in turns

CARGO ?= cargo
NDC   ?= 61958-0802
OUT   ?= quire-demo.pdf
# The demo's documents are dated, so that everyone gets the same bytes.
AS_OF ?= 2025-06-30
# Where cargo puts what it builds: CARGO_TARGET_DIR is honoured.
TARGET_DIR = $(or $(CARGO_TARGET_DIR),./target)

REPORTS ?= 10000
TIME   ?= 60
TARGET ?= all

.PHONY: demo test check quick dev install dist bench swap-proof faults fuzz fmt lint doc deny wasm tools clean

demo: wasm
	$(CARGO) build --release --locked -p quire-server
	$(TARGET_DIR)/release/quire report $(NDC) --sample --as-of $(AS_OF) --output $(OUT)

# Tests wait for processes and browsers a third of the time: half as many again as there are processors run at once.
test: wasm tools
	RUST_TEST_THREADS=$${RUST_TEST_THREADS:-$$(( ($$(getconf _NPROCESSORS_ONLN) * 3 + 1) / 2 ))} $(CARGO) test --workspace --locked

check: wasm fmt lint doc deny

fmt:
	$(CARGO) fmt --all --check

lint:
	$(CARGO) clippy --workspace --all-targets --locked -- -D warnings

doc:
	RUSTDOCFLAGS="-D warnings -A rustdoc::private_intra_doc_links" $(CARGO) doc --workspace --no-deps --document-private-items --locked

# Licences, sources and duplicate versions are checked offline; advisories need their database.
deny:
	@if command -v cargo-deny >/dev/null 2>&1; then \
	  $(CARGO) deny --locked --offline check bans licenses sources; \
	else \
	  echo "cargo-deny is not installed: dependencies were not audited (cargo install cargo-deny)"; \
	fi

# The crates that neither run nor link WebAssembly compile in seconds.
QUICK = -p quire-model -p quire-openfda -p quire-statistics -p quire-records -p quire-render -p quire-background -p quire-faers

quick: wasm fmt
	$(CARGO) clippy $(QUICK) --all-targets --locked -- -D warnings
	$(CARGO) test $(QUICK) --lib --locked

# Looks for changes by the second, with nothing but make and the shell. REPORT=dev.html writes the sample's
# report there each time; without it the server runs.
dev: wasm
	@sh tests/dev.sh "$(REPORT)"

# Puts `quire` on the PATH, in cargo's own directory.
install: wasm
	$(CARGO) install --locked --path host/server

dist: wasm
	$(CARGO) build --release --locked -p quire-server
	@sh deploy/dist.sh

bench: wasm
	@[ -z "$(BEFORE)" ] || [ -x "$(BEFORE)" ] || { echo "BEFORE is $(BEFORE), which is no program: name an older quire"; exit 2; }
	@sh tests/tools.sh wrk
	$(CARGO) build --release --locked -p quire-server
	$(if $(BEFORE),BEFORE="$(abspath $(BEFORE))") $(CARGO) bench --locked -p quire-tests --bench bench $(if $(BEFORE),-- before)

swap-proof: wasm tools
	$(CARGO) build --release --locked -p quire-server
	$(CARGO) bench --locked -p quire-tests --bench bench -- swap-proof

# The binary that is tried is the one that is shipped, unless QUIRE_TEST_BINARY names another. All test binaries are
# built, as by `make test`: for one of them alone cargo would choose other features and build everything anew.
faults: wasm tools
	@[ -n "$(QUIRE_TEST_BINARY)" ] || $(CARGO) build --release --locked -p quire-server
	QUIRE_TEST_BINARY="$(or $(QUIRE_TEST_BINARY),$(abspath $(TARGET_DIR))/release/quire)" QUIRE_TEST_REPORTS=$(REPORTS) \
	  $(CARGO) test --workspace --locked --quiet -- --ignored --exact --nocapture crimes::scoreboard

# With the profile of tests, in which arithmetic that overflows stops.
fuzz: wasm
	$(CARGO) build --locked --workspace --example fuzz
	$(TARGET_DIR)/debug/examples/fuzz $(TARGET) $(TIME)

# Automatic installs of targets may be switched off, so they are asked for.
wasm:
	@if command -v rustup >/dev/null 2>&1; then \
	  rustup target list --installed | grep -qx wasm32-wasip2 || rustup target add wasm32-wasip2; \
	  rustup component list --installed | grep -q '^clippy' || rustup component add clippy rustfmt; \
	fi

tools:
	@sh tests/tools.sh

clean:
	$(CARGO) clean
