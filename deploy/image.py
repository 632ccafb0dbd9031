"""Writes an OCI image layout with a binary and the libraries that it is linked to, and nothing else:
image.py BINARY VERSION EPOCH FOLDER. No shell, no package manager; it runs as a user without rights, and with a
read-only root: only /data is written to."""

import gzip
import hashlib
import io
import json
import pathlib
import re
import subprocess
import sys
import tarfile
import time

binary, version, epoch, folder = sys.argv[1], sys.argv[2], int(sys.argv[3]), pathlib.Path(sys.argv[4])
USER = 10001
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def libraries():
    """Where the loader and each library is on this machine, by the path that the binary asks for."""
    told = subprocess.run(["ldd", binary], check=True, capture_output=True, text=True).stdout
    return sorted(set(re.findall(r"(?:=> )?(/\S+) \(0x", told)))


def layer():
    """One layer, the same to the byte for the same files."""
    files = {f"usr/bin/{pathlib.Path(binary).name}": (pathlib.Path(binary).read_bytes(), 0o755)}
    for library in libraries():
        files[library.lstrip("/")] = (pathlib.Path(library).read_bytes(), 0o755)
    if pathlib.Path(CERTIFICATES).exists():
        files[CERTIFICATES.lstrip("/")] = (pathlib.Path(CERTIFICATES).read_bytes(), 0o644)
    files["etc/passwd"] = (f"quire:x:{USER}:{USER}:quire:/data:/sbin/nologin\n".encode(), 0o644)
    files["etc/group"] = (f"quire:x:{USER}:\n".encode(), 0o644)
    folders = {"data": USER, "tmp": 0}
    for path in files:
        for above in pathlib.PurePath(path).parents:
            if str(above) != ".":
                folders.setdefault(str(above), 0)
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for path, owner in sorted(folders.items()):
            entry = tarfile.TarInfo(path)
            entry.type, entry.mode, entry.mtime = tarfile.DIRTYPE, 0o755, epoch
            entry.uid = entry.gid = owner
            if path == "data":
                entry.mode = 0o700
            if path == "tmp":
                entry.mode = 0o1777
            tar.addfile(entry)
        for path, (content, mode) in sorted(files.items()):
            entry = tarfile.TarInfo(path)
            entry.size, entry.mode, entry.mtime = len(content), mode, epoch
            tar.addfile(entry, io.BytesIO(content))
    return out.getvalue()


def blob(content, media_type):
    digest = hashlib.sha256(content).hexdigest()
    (folder / "blobs/sha256" / digest).write_bytes(content)
    return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(content)}


(folder / "blobs/sha256").mkdir(parents=True)
machine = subprocess.run(["uname", "-m"], check=True, capture_output=True, text=True).stdout.strip()
architecture = ARCHITECTURES.get(machine, machine)
files = layer()
packed = blob(gzip.compress(files, 9, mtime=0), "application/vnd.oci.image.layer.v1.tar+gzip")
created = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(epoch))
config = {
    "created": created,
    "architecture": architecture,
    "os": "linux",
    "config": {
        "User": f"{USER}:{USER}",
        "Env": ["QUIRE_DATA_DIR=/data", "QUIRE_LISTEN=0.0.0.0:8080", "TMPDIR=/data", "HOME=/data"],
        "Entrypoint": ["/usr/bin/quire"],
        "Cmd": ["serve"],
        "Volumes": {"/data": {}},
        "WorkingDir": "/data",
        "ExposedPorts": {"8080/tcp": {}},
        "StopSignal": "SIGTERM",
        "Labels": {"org.opencontainers.image.version": version, "org.opencontainers.image.licenses": "Apache-2.0"},
    },
    "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(files).hexdigest()}"]},
    "history": [{"created": created, "created_by": "deploy/image.py"}],
}
manifest = {
    "schemaVersion": 2,
    "mediaType": "application/vnd.oci.image.manifest.v1+json",
    "config": blob(json.dumps(config).encode(), "application/vnd.oci.image.config.v1+json"),
    "layers": [packed],
}
index = {
    "schemaVersion": 2,
    "mediaType": "application/vnd.oci.image.index.v1+json",
    "manifests": [
        blob(json.dumps(manifest).encode(), manifest["mediaType"])
        | {
            "platform": {"architecture": architecture, "os": "linux"},
            "annotations": {"org.opencontainers.image.ref.name": version},
        }
    ],
}
(folder / "oci-layout").write_text(json.dumps({"imageLayoutVersion": "1.0.0"}))
(folder / "index.json").write_text(json.dumps(index))
