"""A container image in the OCI layout, in one tar: written here, with no engine and no registry."""

import datetime
import gzip
import hashlib
import io
import json
import shutil

from stetpack import archive, base, tree
from stetpack.source import version

CONFIG = "application/vnd.oci.image.config.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


def write(file, home, scratch, moment):
    below, above = scratch / "below", scratch / "above"
    below.mkdir()
    packages = base.make(below, scratch, moment)
    shutil.copytree(home / "runtime", below / "usr/lib/stet/runtime", symlinks=True)
    shutil.copytree(home, above / "usr/lib/stet", symlinks=True,
                    ignore=lambda place, _: {"runtime", "man", "zsh", "fish", "bash-completion", "systemd"})
    shutil.copytree(home / "share/stet/etc", above / "etc/stet")
    for root in (below, above):
        tree.plain(root, moment)
    layout = Layout(scratch / "oci")
    layers = [layout.layer(root, moment) for root in (below, above)]
    created = datetime.datetime.fromtimestamp(moment, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    config = layout.json(CONFIG, configuration(created, [identity for _, identity in layers], packages))
    manifest = layout.json(MANIFEST, {"schemaVersion": 2, "mediaType": MANIFEST, "config": config,
                                      "layers": [layer for layer, _ in layers], "annotations": labels(created)})
    manifest["annotations"] = {"org.opencontainers.image.ref.name": version()}
    manifest["platform"] = {"architecture": "amd64", "os": "linux"}
    layout.finish({"schemaVersion": 2, "mediaType": INDEX, "manifests": [manifest]})
    tree.plain(layout.root, moment)
    with file.open("wb") as out:
        archive.write_tar(out, layout.root, "", moment, skip=("."))


def labels(created):
    name = "org.opencontainers.image."
    return {name + "title": "stet", name + "version": version(), name + "created": created, name + "licenses": "Apache-2.0",
            name + "description": "Traces functions of running programs, and leaves alone what is exempt"}


def configuration(created, identities, packages):
    return {"created": created, "architecture": "amd64", "os": "linux",
            "config": {"Entrypoint": ["/usr/lib/stet/bin/stet"], "Cmd": ["run"], "WorkingDir": "/", "User": "0:0",
                       "Env": ["PATH=/usr/bin:/bin"], "Volumes": {"/var/lib/stet": {}, "/run/stet": {}},
                       "StopSignal": "SIGTERM", "Labels": {**labels(created), "dev.stet.base": " ".join(packages)}},
            "rootfs": {"type": "layers", "diff_ids": identities},
            "history": [{"created": created, "created_by": "packaging/build"} for _ in identities]}


class Layout:
    """A directory of blobs, each named by its digest."""

    def __init__(self, root):
        self.root = root
        (root / "blobs/sha256").mkdir(parents=True)

    def blob(self, kind, data):
        digest = hashlib.sha256(data).hexdigest()
        (self.root / "blobs/sha256" / digest).write_bytes(data)
        return {"mediaType": kind, "digest": f"sha256:{digest}", "size": len(data)}

    def json(self, kind, value):
        return self.blob(kind, json.dumps(value, sort_keys=True, separators=(",", ":")).encode())

    def layer(self, root, moment):
        """The layer's descriptor, and the digest of what it unpacks to."""
        plain = io.BytesIO()
        archive.write_tar(plain, root, "", moment, skip=("."))
        packed = gzip.compress(plain.getvalue(), 6, mtime=0)
        return self.blob(LAYER, packed), f"sha256:{hashlib.sha256(plain.getvalue()).hexdigest()}"

    def finish(self, index):
        (self.root / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
        (self.root / "index.json").write_text(json.dumps(index, sort_keys=True, separators=(",", ":")))
