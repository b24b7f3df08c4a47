"""Tar files whose bytes follow from what is in them."""

import gzip
import os
import pathlib
import tarfile


def write_tar(out, root, prefix, moment, skip=()):
    """Writes everything below root, in order, as root's, to a file that is open for writing."""
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for path in below(root):
            inside = path.relative_to(root).as_posix()
            if inside in skip:
                continue
            entry = tar.gettarinfo(path, arcname=f"{prefix}{inside}" if inside != "." else prefix or ".")
            entry.uid = entry.gid = 0
            entry.uname = entry.gname = "root"
            entry.mtime = moment
            if entry.isfile():
                entry.type = tarfile.REGTYPE # not as a hard link to another
                with path.open("rb") as content:
                    tar.addfile(entry, content)
            else:
                tar.addfile(entry)


def below(root):
    """Root and what is in it, each directory before its contents."""
    found = [root]
    for place, directories, files in os.walk(root):
        found.extend(pathlib.Path(place, name) for name in directories + files)
    return sorted(found, key=lambda path: path.as_posix())


def write_gzip(file, root, prefix, moment):
    with file.open("wb") as raw, gzip.GzipFile("", "wb", 6, raw, mtime=moment) as out:
        write_tar(out, root, prefix, moment)
