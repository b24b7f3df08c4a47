"""What a container needs below Stet: Debian's C library, a shell, the locale. Taken from Debian's packages, file by file."""

import pathlib
import shutil

from stetpack.source import run

PACKAGES = ["libc6", "libc-bin", "dash"]
LIBRARIES = ["ld-linux-x86-64.so.2", "libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "libresolv.so.2"]


def make(root, scratch, moment):
    packages = scratch / "debs"
    packages.mkdir(mode=0o755)
    run("apt-get", "download", *[f"{name}:amd64" for name in PACKAGES], cwd=packages)
    unpacked = scratch / "unpacked"
    for package in sorted(packages.iterdir()):
        run("dpkg-deb", "-x", package, unpacked)
    for name in LIBRARIES:
        place(unpacked, root, f"lib/x86_64-linux-gnu/{name}")
    (root / "lib64").mkdir()
    (root / "lib64/ld-linux-x86-64.so.2").symlink_to("../lib/x86_64-linux-gnu/ld-linux-x86-64.so.2")
    place(unpacked, root, "bin/dash")
    (root / "bin/sh").symlink_to("dash")
    shutil.copytree(unpacked / "usr/lib/locale/C.utf8", root / "usr/lib/locale/C.utf8")
    for name in PACKAGES:
        place(unpacked, root, f"usr/share/doc/{name}/copyright")
    for name in ("proc", "sys", "dev", "tmp", "run/stet", "var/lib/stet", "usr/bin", "etc"):
        (root / name).mkdir(parents=True, exist_ok=True)
    (root / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/sh\n")
    (root / "etc/group").write_text("root:x:0:\nstet:x:990:\n")
    (root / "etc/nsswitch.conf").write_text("hosts: files dns\n")
    (root / "usr/bin/stet").symlink_to("../lib/stet/bin/stet")
    return sorted(package.name for package in packages.iterdir())


def place(unpacked, root, name):
    """Copies a file, whichever of /lib and /usr/lib its package put it in."""
    found = next(path for path in (unpacked / name, unpacked / "usr" / name) if path.exists())
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(pathlib.Path(found).resolve(), root / name)
