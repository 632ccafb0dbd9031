#!/bin/sh
# make dist: the release binary and what goes with it, as an archive and as an OCI image, in dist/.
set -eu

target=${CARGO_TARGET_DIR:-target}
binary=$target/release/quire
version=$("$binary" --version | cut -d' ' -f2)
name=quire-$version-$(uname -m)-linux
# Times of the files in the archive: the last commit's, so that the same sources give the same archive.
epoch=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}

rm -rf dist
root=dist/$name
mkdir -p "$root/completions" "$root/licences"
# Symbols are for a debugger; the build keeps them.
strip -o "$root/quire" "$binary"
"$binary" completions bash > "$root/completions/quire.bash"
"$binary" completions zsh > "$root/completions/_quire"
"$binary" completions fish > "$root/completions/quire.fish"
"$binary" wit --output "$root/wit" > /dev/null
# The texts keep their places, so that what they point to is there.
mkdir -p "$root/plugins" "$root/deploy"
cp README.md ARCHITECTURE.md CONTRIBUTING.md CHANGELOG.md LICENSE "$root"
cp plugins/README.md "$root/plugins"
cp wit/README.md wit/VERSIONING.md "$root/wit"
"$binary" wit --reference > "$root/wit/REFERENCE.md"
find deploy -type f ! -name '*.py' ! -name dist.sh | while read -r file; do
  mkdir -p "$root/$(dirname "$file")"
  cp "$file" "$root/$file"
done
for licence in host/render/fonts/*-LICENSE.txt host/console/assets/*-LICENSE.txt; do
  cp "$licence" "$root/licences"
done
cargo metadata --locked --format-version 1 --filter-platform "$(rustc -vV | sed -n 's/^host: //p')" |
  python3 deploy/licences.py quire-server "$root/licences"

archive=dist/$name.tar.gz
tar --sort=name --mtime="@$epoch" --owner=0 --group=0 --numeric-owner -C dist -cf - "$name" | gzip -9n > "$archive"
python3 deploy/image.py "$root/quire" "$version" "$epoch" dist/quire-image

newest=$(objdump -T "$root/quire" | grep -o 'GLIBC_[0-9.]*' | sort -uV | tail -1)
echo "$archive: $(wc -c < "$archive") bytes; the binary has $(wc -c < "$root/quire") and needs $newest or newer"
echo "dist/quire-image: an OCI image layout of $(du -sb dist/quire-image | cut -f1) bytes"
(cd dist && sha256sum "$name.tar.gz" > SHA256SUMS)
