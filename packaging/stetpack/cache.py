"""The cache of classes (CDS archive) that a start maps in place of reading, checking and linking classes.

It is the kind that is dumped from a list of classes: unlike the JDK's AOT cache, two dumps of one list differ in nothing but
the moment at which soft references were made, which is taken out here.
"""

import os
import pathlib
import struct
import subprocess
import tempfile
import time
import zlib

from stetpack.source import Failure

TRAINING = "dev.stet.cli/dev.stet.cli.Training"


def make(home, examples):
    """Writes lib/stet.jsa of the installation at home."""
    lib = home / "lib"
    with tempfile.TemporaryDirectory() as scratch:
        names = pathlib.Path(scratch, "names")
        listed = pathlib.Path(scratch, "listed")
        java(home, ["-Xshare:off", "-Xint", f"-XX:DumpLoadedClassList={listed}"], training(examples), ())
        names.write_text(normalise(listed.read_text()))
        begin = millis()
        java(home, ["-Xshare:dump", "-XX:+AOTClassLinking", f"-XX:SharedClassListFile={names}",
                    f"-XX:SharedArchiveFile={scratch}/stet.jsa"], [], (0,))
        data = bytearray(pathlib.Path(scratch, "stet.jsa").read_bytes())
        forget_time(data, begin, millis())
        (lib / "stet.jsa").write_bytes(data)


def training(examples):
    """What is run to see which classes it takes: nothing that needs rights or depends on the machine."""
    lines = [
        ["--version"],
        ["inspect", "/proc/self/exe"],
        ["config", "show"],
        ["status", "--socket", "/nonexistent"],
        ["ps", "--socket", "/nonexistent"],
        ["policy", "lint", str(examples)],
        ["policy", "test", str(examples / "tests")],
        ["policy", "check", str(examples)],
    ]
    return [word for line in lines for word in [*line, "--"]][:-1]


def java(home, options, arguments, codes):
    """Runs Java as the launcher does: the module path is the same wherever Stet is."""
    flags = subprocess.run(["sh", "-c", '. "$0"; echo "$flags"', home / "lib/java-flags.sh"],
                           capture_output=True, text=True, check=True).stdout.split()
    lib = os.open(home / "lib", os.O_RDONLY)
    try:
        done = subprocess.run(
            ["sh", "-c", f'exec 9<&{lib}; exec "$0" "$@"', home / "runtime/bin/java", *flags, "-Xlog:disable", *options,
             "-p", "/proc/self/fd/9", "-m", TRAINING, *arguments],
            pass_fds=[lib], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"})
    finally:
        os.close(lib)
    if codes and done.returncode not in codes:
        raise Failure(70, f"no cache of classes could be made: {done.stdout[-2000:]}")


def normalise(listed):
    """The same list, whatever came first: without numbers and without what only they could tell apart."""
    lines = {line.split(" id:")[0] for line in listed.splitlines() if not line.startswith("#") and " source:" not in line}
    return "\n".join(sorted(lines)) + "\n"


def millis():
    return time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1_000_000


def forget_time(data, begin, end):
    """Soft references carry the milliseconds since boot at which they were made; they are in the last region, the heap.

    Of JDK 25's file: the header's sum is at 4, over what is between 16 and the header's length; four regions follow at 24,
    96 bytes each: sum, 24 bytes on the place in the file, 40 bytes on the length.
    """
    length = struct.unpack_from("<I", data, 12)[0]
    heap = 24 + 3 * 96
    place, used = struct.unpack_from("<Q8xQ", data, heap + 24)
    if sum_at(data, 4) != zlib.crc32(data[16:length]) or sum_at(data, heap) != zlib.crc32(data[place:place + used]):
        raise Failure(70, "the cache of classes is not laid out as JDK 25 does it: see packaging/stetpack/cache.py")
    for at in range(place, place + used - 7, 8):
        word = struct.unpack_from("<Q", data, at)[0]
        if begin <= word <= end and data[at - 8:at - 4] == bytes(4): # after the link of a queue, which is empty
            struct.pack_into("<Q", data, at, 0)
    struct.pack_into("<I", data, heap, zlib.crc32(data[place:place + used]))
    struct.pack_into("<I", data, 4, zlib.crc32(data[16:length]))


def sum_at(data, at):
    return struct.unpack_from("<I", data, at)[0]
