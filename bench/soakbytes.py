"""What the text of a process has that its files have not, and where breakpoints have to be."""

import collections
import os
import re
import struct
import subprocess

PAGE = 4096
INT3 = 0xCC
LINK = ("anon_inode:bpf_link", "anon_inode:bpf-link")
NOP5, CALL = b"\x0f\x1f\x44\x00\x00", 0xE8  # a probed nop of five bytes becomes a call (Linux 6.18)


class Text:
    """Differences of the mapped files of a process: by path the file offsets of breakpoints, and of anything else."""

    def __init__(self, pid):
        self.breakpoints, self.changed = {}, {}
        with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
            for line in maps.readlines():
                fields = line.split(None, 5)
                if "x" in fields[1] and len(fields) == 6 and fields[5].startswith("/"):
                    start, end = (int(part, 16) for part in fields[0].split("-"))
                    self._compare(memory, start, end - start, int(fields[2], 16), fields[5].rstrip("\n"))

    def _compare(self, memory, start, length, offset, path):
        try:
            with open(path, "rb") as file:
                file.seek(offset)
                there = file.read(length)
        except OSError:
            return
        memory.seek(start)
        here = memory.read(len(there))
        if here == there[: len(here)]:
            return
        points, others = self.breakpoints.setdefault(path, set()), self.changed.setdefault(path, set())
        for page in range(0, len(here), PAGE):
            if here[page:page + PAGE] != there[page:page + PAGE]:
                skip = 0
                for at in range(page, min(page + PAGE, len(here))):
                    if skip:
                        skip -= 1
                    elif here[at] != there[at]:
                        if here[at] == CALL and there[at:at + 5] == NOP5:
                            points.add(offset + at)
                            skip = 4
                        else:
                            (points if here[at] == INT3 else others).add(offset + at)

    def all_breakpoints(self):
        return sum(map(len, self.breakpoints.values()))

    def all_changed(self):
        return sum(map(len, self.changed.values()))


class Functions:
    """The functions of a program that are probed: where each begins, ends, and returns."""

    def __init__(self, path, pattern):
        segments = executable_segments(path)
        place = lambda address: next(address - at + offset for at, offset, size in segments if at <= address < at + size)
        lines = subprocess.run(["nm", "-S", "--defined-only", path], capture_output=True, text=True, check=True).stdout.splitlines()
        found = [line.split() for line in lines if re.search(rf" [Tt] (?:{pattern})$", line)]
        found = [fields for fields in found if len(fields) == 4]
        self.spans = [(place(int(fields[0], 16)), int(fields[1], 16)) for fields in found]
        self.entries = {start for start, _ in self.spans}
        code = subprocess.run(["objdump", "-d", "--no-show-raw-insn", path], capture_output=True, text=True, check=True).stdout
        returns = {place(int(at, 16)) for at in re.findall(r"^ *([0-9a-f]+):\s+(?:bnd |rep(?:z)? )?ret\b", code, re.M)}
        self.returns = {at for at in returns if self.inside(at)}

    def inside(self, offset):
        return any(start <= offset < start + size for start, size in self.spans)


def executable_segments(path):
    """Address, file offset and size of each loaded segment that is executable."""
    with open(path, "rb") as file:
        head = file.read(64)
        at, size, count = struct.unpack_from("<Q", head, 32)[0], *struct.unpack_from("<HH", head, 54)
        found = []
        for i in range(count):
            file.seek(at + i * size)
            kind, flags, offset, address, _, length = struct.unpack_from("<IIQQQQ", file.read(size))
            if kind == 1 and flags & 1:
                found.append((address, offset, length))
        return found


def links(pid):
    """The probes that a tracer's links say they are: how many at each process, file and place, of each BPF program."""
    found = collections.Counter()
    for name in os.listdir(f"/proc/{pid}/fd"):
        try:
            if os.readlink(f"/proc/{pid}/fd/{name}") in LINK:
                info = open(f"/proc/{pid}/fdinfo/{name}").read()
                of = re.search(r"^prog_id:\s+(\d+)\n(?:.*\n)*?pid:\s+(\d+)\npath:\s+(.*)$", info, re.M)
                if of:
                    program, target, path = int(of.group(1)), int(of.group(2)), of.group(3)
                    found.update((target, path, int(at, 16), program) for at in re.findall(r"^\d+\s+(0x[0-9a-f]+)\s", info, re.M))
        except OSError:
            continue  # closed meanwhile
    return found


def descriptors(pid):
    """How many descriptors of each kind a process has, its threads, mappings, and resident kilobytes."""
    found = {"fds": 0, "links": 0, "maps": 0, "progs": 0, "perf": 0}
    kinds = {**dict.fromkeys(LINK, "links"), "anon_inode:bpf-map": "maps",
             "anon_inode:bpf-prog": "progs", "anon_inode:[perf_event]": "perf"}
    memlock = 0
    for name in os.listdir(f"/proc/{pid}/fd"):
        try:
            kind = kinds.get(os.readlink(f"/proc/{pid}/fd/{name}"), "fds")
            if kind == "maps":
                info = open(f"/proc/{pid}/fdinfo/{name}").read()
                memlock += int(re.search(r"^memlock:\s+(\d+)", info, re.M).group(1))
        except OSError:
            continue  # closed meanwhile
        found[kind] += 1
    status = dict(line.split(":", 1) for line in open(f"/proc/{pid}/status"))
    with open(f"/proc/{pid}/maps") as maps:
        found["mappings"] = sum(1 for _ in maps)
    return {**found, "mapKb": memlock // 1024, "threads": int(status["Threads"]), "rssKb": int(status["VmRSS"].split()[0])}


def live_heap(pid):
    """Kilobytes of a Java process's heap that are in use after all garbage was collected; None if it does not say."""
    tool = os.path.join(os.path.dirname(os.readlink(f"/proc/{pid}/exe")), "jcmd")
    try:
        for command in ("GC.run", "GC.heap_info"):
            said = subprocess.run([tool, str(pid), command], capture_output=True, text=True, timeout=60).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    used = [int(number) for number in re.findall(r"^(?:DefNew|Tenured) +total \d+K, used (\d+)K", said, re.M)]
    return sum(used) if used else None
