#!/bin/sh
# Installs what the tests need beside Rust: a real Redis, the tools that read PDFs back, and a validator
# of PDF/A, which is a Python package and goes into target/tools. Names given as arguments (`wrk` for the
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

missing=""
need() { command -v "$1" >/dev/null 2>&1 || missing="$missing $1"; }
need redis-server
need qpdf
need pdftotext
for extra in "$@"; do need "$extra"; done
[ -n "$missing" ] || exit 0
echo "installing:$missing"

if command -v apt-get >/dev/null 2>&1; then
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq redis-server qpdf poppler-utils "$@" >/dev/null
elif command -v dnf >/dev/null 2>&1; then
  as_root dnf install -y -q redis qpdf poppler-utils "$@"
elif command -v apk >/dev/null 2>&1; then
  as_root apk add -q redis qpdf poppler-utils "$@"
elif command -v pacman >/dev/null 2>&1; then
  as_root pacman -S --noconfirm -q redis qpdf poppler "$@"
elif command -v brew >/dev/null 2>&1; then
  brew install -q redis qpdf poppler "$@"
else
  echo "no package manager found: install redis-server, qpdf and pdftotext (poppler) by hand" >&2
  exit 1
fi
