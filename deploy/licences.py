"""Writes the licences of all crates that are in a binary: licences.py PACKAGE FOLDER < cargo metadata."""

import json
import pathlib
import sys

package, folder = sys.argv[1], pathlib.Path(sys.argv[2])
metadata = json.load(sys.stdin)
packages = {one["id"]: one for one in metadata["packages"]}
nodes = {one["id"]: one for one in metadata["resolve"]["nodes"]}

# What is linked: neither what builds nor what tests.
root = next(id for id, one in packages.items() if one["name"] == package)
linked, queue = set(), [root]
while queue:
    id = queue.pop()
    if id in linked:
        continue
    linked.add(id)
    for dependency in nodes[id]["deps"]:
        if any(kind["kind"] is None for kind in dependency["dep_kinds"]):
            queue.append(dependency["pkg"])

# A text stands once, below the names of all crates that have it.
names_of = {}
lines, without = [], []
for id in sorted(linked, key=lambda id: (packages[id]["name"], packages[id]["version"])):
    one = packages[id]
    if one["source"] is None:
        continue
    name = f"{one['name']} {one['version']}"
    lines.append(f"{name}: {one['license'] or 'see its text'}")
    crate = pathlib.Path(one["manifest_path"]).parent
    texts = [file for file in sorted(crate.iterdir()) if file.is_file()]
    texts = [file for file in texts if file.name.upper().startswith(("LICEN", "COPYING", "NOTICE"))]
    if not texts:
        without.append(name)
    for file in texts:
        text = file.read_text(errors="replace").strip()
        names_of.setdefault(text, []).append(name)

(folder / "CRATES.txt").write_text("\n".join(lines) + "\n")
parts = [f"{', '.join(names)}\n\n{text}\n" for text, names in names_of.items()]
(folder / "CRATES-TEXTS.txt").write_text(("\n" + "=" * 80 + "\n\n").join(parts))
print(f"{len(lines)} crates, {len(names_of)} texts; {len(without)} crates name their licence and bring no text")
