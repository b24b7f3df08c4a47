"""The Debian package, by dpkg-deb."""

import hashlib
import os
import pathlib
import shutil

from stetpack import tree
from stetpack.source import HERE, run, version


def write(file, home, scratch, moment):
    root = scratch / "deb"
    inside = root / "usr/lib/stet"
    inside.parent.mkdir(parents=True)
    shutil.copytree(home, inside, symlinks=True, ignore=lambda place, _: {"share"} if pathlib.Path(place) == home else ())
    spread(home / "share", root)
    (root / "usr/bin").mkdir()
    (root / "usr/bin/stet").symlink_to("../lib/stet/bin/stet")
    control(root, moment)
    tree.plain(root, moment)
    for name in ("preinst", "postinst", "prerm", "postrm"):
        if (root / "DEBIAN" / name).exists():
            (root / "DEBIAN" / name).chmod(0o755)
    run("dpkg-deb", "--root-owner-group", "-Zxz", "-z2", "--build", root, file,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(moment)})


def spread(share, root):
    """share goes where Debian wants each part."""
    usr = root / "usr/share"
    for name in ("man", "bash-completion", "zsh", "fish"):
        shutil.copytree(share / name, usr / name)
    for page in (usr / "man/man1").iterdir():
        run("gzip", "-9n", page)
    shutil.copytree(share / "doc/stet", usr / "doc/stet")
    (usr / "doc/stet/LICENSE").unlink()
    shutil.copy(HERE / "deb/copyright", usr / "doc/stet")
    shutil.copy(HERE / "../CHANGELOG.md", usr / "doc/stet/changelog")
    run("gzip", "-9n", usr / "doc/stet/changelog")
    shutil.copytree(share / "stet/etc", root / "etc/stet")
    (root / "usr/lib/systemd/system").mkdir(parents=True)
    shutil.copy(share / "stet/systemd/stet.service", root / "usr/lib/systemd/system")
    (root / "usr/lib/sysusers.d").mkdir()
    shutil.copy(share / "stet/systemd/stet.sysusers", root / "usr/lib/sysusers.d/stet.conf")


def control(root, moment):
    place = root / "DEBIAN"
    place.mkdir()
    files = [path for path in root.rglob("*") if path.is_file() and place not in path.parents]
    size = sum(-(-path.stat().st_size // 1024) for path in files)
    text = (HERE / "deb/control").read_text().replace("@VERSION@", version()).replace("@SIZE@", str(size))
    (place / "control").write_text(text)
    for name in ("preinst", "postinst", "prerm", "postrm", "triggers"):
        if (HERE / "deb" / name).exists():
            shutil.copy(HERE / "deb" / name, place)
    conffiles = sorted(f"/{path.relative_to(root)}" for path in files if path.relative_to(root).parts[0] == "etc")
    (place / "conffiles").write_text("".join(f"{path}\n" for path in conffiles))
    sums = sorted(f"{digest(path)}  {path.relative_to(root)}\n" for path in files
                  if path.relative_to(root).parts[0] != "etc" and not path.is_symlink())
    (place / "md5sums").write_text("".join(sums))


def digest(path):
    return hashlib.md5(path.read_bytes()).hexdigest()
