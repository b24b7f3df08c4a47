"""The installation: one directory that works wherever it is put, and the files around it."""

import os
import pathlib
import shutil
import zipfile

from stetpack import cache, notices, runtime
from stetpack.source import HERE, TOP, run

NATIVE = "org/sqlite/native/"
OURS = NATIVE + "Linux/x86_64/libsqlitejdbc.so"


def make(home, jars, jdk, image, moment):
    """Fills home with bin, lib, runtime and share. image: a linked Java to take in place of linking one, or None."""
    lib = home / "lib"
    lib.mkdir(parents=True)
    (home / "bin").mkdir()
    shutil.copy(HERE / "launcher", home / "bin/stet")
    shutil.copy(TOP / ".mvn/java-flags.sh", lib)
    for jar in sorted(jars.glob("*.jar")):
        if jar.name.startswith("sqlite-jdbc-"):
            slim(jar, lib)
        else:
            shutil.copy(jar, lib)
    if image:
        shutil.copytree(image, home / "runtime", symlinks=True)
    else:
        runtime.link(jdk, jars, home / "runtime")
    plain(home, moment)
    cache.make(home, TOP / "docs/examples")
    documents(home)
    notices.write(home)
    plain(home, moment)


def slim(jar, lib):
    """SQLite's library for this platform goes beside the jars, those for all others go nowhere."""
    (lib / "native").mkdir()
    with zipfile.ZipFile(jar) as whole, zipfile.ZipFile(lib / jar.name, "w", zipfile.ZIP_DEFLATED) as slimmed:
        for entry in whole.infolist():
            if not entry.filename.startswith(NATIVE):
                slimmed.writestr(entry, whole.read(entry))
        (lib / "native/libsqlitejdbc.so").write_bytes(whole.read(OURS))


def documents(home):
    """What Stet itself can write: manual pages and completion; and what surrounds a service."""
    share = home / "share"
    stet = home / "bin/stet"
    (share / "man/man1").mkdir(parents=True)
    run(stet, "man", "--write", share / "man/man1")
    for shell, place in {"bash": "bash-completion/completions/stet", "zsh": "zsh/vendor-completions/_stet",
                         "fish": "fish/vendor_completions.d/stet.fish"}.items():
        (share / place).parent.mkdir(parents=True)
        (share / place).write_text(run(stet, "completion", shell))
    shutil.copytree(HERE / "etc", share / "stet/etc")
    (share / "stet/etc/policy.d").mkdir()
    shutil.copytree(HERE / "systemd", share / "stet/systemd")


def plain(root, moment):
    """The same modes and times everywhere, whatever this build's umask and clock say."""
    for place, directories, files in os.walk(root):
        for name in files:
            path = pathlib.Path(place, name)
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 and not name.endswith(".so") else 0o644)
            os.utime(path, (moment, moment), follow_symlinks=False)
        os.chmod(place, 0o755)
        os.utime(place, (moment, moment))
