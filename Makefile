# The four things one does here. Each does all its own set-up on a fresh machine that has rustup, a C
# compiler and a package manager.
#
#   make demo    a PDF from the bundled real reports: embedded, offline
#   make test    every test, against real parts
#   make check   format, lints, documentation, dependencies
#   make swap-proof   100 swaps of a section under 8 reports in flight, with the figures
#   make bench   one table of measurements; BASELINE=<dir> adds the Celery stack and ratios

CARGO ?= cargo
NDC   ?= 61958-0802
OUT   ?= quire-demo.pdf
# The demo's documents are dated, so that everyone gets the same bytes.
AS_OF ?= 2025-06-30

.PHONY: demo test check bench swap-proof fmt lint doc deny wasm tools clean

demo: wasm
	$(CARGO) build --release --locked -p quire-server
	./target/release/quire report $(NDC) --sample --as-of $(AS_OF) --output $(OUT)

test: wasm tools
	$(CARGO) test --workspace --locked

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

bench: wasm
	@sh tests/tools.sh wrk
	$(CARGO) build --release --locked -p quire-server
	$(CARGO) bench --locked -p quire-tests --bench bench

swap-proof: wasm tools
	$(CARGO) build --release --locked -p quire-server
	$(CARGO) bench --locked -p quire-tests --bench bench -- swap-proof

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
