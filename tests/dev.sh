#!/bin/sh
# The inner loop: build, show, wait for a change, again. Without an argument the server runs on the bundled
# sample; with the name of a file (.html, .pdf, .json) the report of the sample is written there.
set -eu
output="${1:-}"
target="${CARGO_TARGET_DIR:-target}"
data="$target/dev-data"
stamp="$target/dev-stamp"
server=""
stop() { [ -z "$server" ] || { kill "$server" 2>/dev/null && wait "$server" 2>/dev/null; } || true; server=""; }
trap 'stop; exit 0' INT TERM
trap stop EXIT
changed() { [ -n "$(find host plugins wit Cargo.toml -newer "$stamp" -type f -not -path '*/target/*' -print -quit)" ]; }
mkdir -p "$target"
while :; do
  touch "$stamp"
  if cargo build --locked -p quire-server; then
    quire="$target/debug/quire"
    if [ -n "$output" ]; then
      "$quire" report 61958-0802 --sample --as-of 2025-06-30 --data-dir "$data" --output "$output" || true
    else
      stop
      "$quire" serve --sample --data-dir "$data" &
      server=$!
    fi
  fi
  until changed; do sleep 1; done
done
