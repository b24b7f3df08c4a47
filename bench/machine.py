"""The programs that are measured: Stet, bpftrace and the targets. Every process started here is ended here, by its id."""

import datetime
import os
import pathlib
import queue
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HOME = pathlib.Path(__file__).resolve().parent.parent
SOURCES = HOME / "bench/targets"


def say(text):
    print(text, flush=True)


def today():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d")


def describe():
    """What was measured on, without what names the machine."""
    cpu = next(line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name"))
    version = subprocess.run(["bpftrace", "--version"], capture_output=True, text=True).stdout.strip()
    kernel = re.match(r"[0-9.]+", os.uname().release).group()
    return {"kernel": kernel, "cpus": os.cpu_count(), "cpu": cpu, "machine": os.uname().machine, "peer": version}


def spread(values):
    """Median, and the least and the greatest of the rounds."""
    return {"median": statistics.median(values), "low": min(values), "high": max(values), "rounds": len(values)}


class Child:
    """A process whose lines are read as they come. `lines` has (time.monotonic(), text)."""

    def __init__(self, command, stdout=None, environment=None):
        self.lines = queue.Queue()
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if stdout is None else stdout,
            stderr=subprocess.PIPE,
            env=environment,
        )
        self.text = []
        pipes = [self.process.stderr] + ([self.process.stdout] if stdout is None else [])
        self.threads = [threading.Thread(target=self._read, args=(pipe,), daemon=True) for pipe in pipes]
        for thread in self.threads:
            thread.start()

    def _read(self, pipe):
        for line in pipe:
            now, text = time.monotonic(), line.decode(errors="replace").rstrip("\n")
            self.text.append(text)
            self.lines.put((now, text))

    @property
    def pid(self):
        return self.process.pid

    def await_line(self, pattern, seconds=30):
        """The first line from now on that has the pattern, as (moment, match)."""
        end = time.monotonic() + seconds
        while True:
            try:
                moment, text = self.lines.get(timeout=max(end - time.monotonic(), 0.001))
            except queue.Empty:
                raise RuntimeError(f"no line like {pattern} within {seconds} s: {self.text[-8:]}") from None
            found = re.search(pattern, text)
            if found:
                return moment, found

    def drain(self):
        while not self.lines.empty():
            self.lines.get()

    def signal(self, number):
        if self.process.poll() is None:
            self.process.send_signal(number)

    def wait(self, seconds=60):
        code = self.process.wait(seconds)
        for thread in self.threads:
            thread.join(5)
        return code

    def __enter__(self):
        return self

    def __exit__(self, *_):
        """Ends it as a person would: by Ctrl-C, so that it detaches."""
        self.signal(signal.SIGINT)
        try:
            self.wait(300)
        except subprocess.TimeoutExpired:
            self.signal(signal.SIGKILL)
            self.wait(300)


class Target(Child):
    """A running program of bench/targets."""

    def __exit__(self, *_):
        self.signal(signal.SIGTERM)
        try:
            self.wait(10)
        except subprocess.TimeoutExpired:
            self.signal(signal.SIGKILL)
            self.wait(10)

    def nanos(self, reports, skip=1):
        """The median of so many reports of `calls cost`, after leaving out some."""
        self.drain()
        values = [float(self.await_line(r"^ns ([0-9.]+)")[1].group(1)) for _ in range(skip + reports)]
        return statistics.median(values[skip:])

    def trapped(self, prefix, path):
        """How many functions of a file whose names begin so have a breakpoint as their first byte."""
        symbols = subprocess.run(["nm", "--defined-only", path], capture_output=True, text=True, check=True).stdout.split("\n")
        places = [int(line.split()[0], 16) for line in symbols if line and line.split()[2].startswith(prefix)]
        base = next(line for line in open(f"/proc/{self.pid}/maps") if line.rstrip().endswith(str(path)))
        with open(f"/proc/{self.pid}/mem", "rb") as memory:
            return sum(byte_at(memory, int(base.split("-")[0], 16) + place) == b"\xcc" for place in places)

    def await_trap(self, function, path, seconds=30):
        end = time.monotonic() + seconds
        while not self.trapped(function, path):
            if time.monotonic() > end:
                raise RuntimeError(f"{function} was not probed")
            time.sleep(0.05)
        time.sleep(0.2)  # there may be another probe to come, at the function's end

    def await_cost(self, wanted, seconds=30):
        """Waits until a report's nanoseconds are as wanted."""
        end = time.monotonic() + seconds
        while not wanted(float(self.await_line(r"^ns ([0-9.]+)")[1].group(1))):
            if time.monotonic() > end:
                raise RuntimeError("the cost of a call did not change: is anything attached?")


class Workshop:
    """Compiled targets, and a copy of Stet that no build replaces while it is measured."""

    def __enter__(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="stet-bench-"))
        self.library = self.directory / "libcalls.so"
        self.program = self.directory / "calls"
        run = lambda *command: subprocess.run([str(part) for part in command], check=True)
        run("gcc", "-shared", "-o", self.library, SOURCES / "libcalls.S")
        run("gcc", "-O2", "-Wall", "-o", self.program, SOURCES / "calls.c", f"-L{self.directory}", "-lcalls",
            "-Wl,-rpath,$ORIGIN")
        say("building Stet, and its AOT cache")
        run(HOME / "stet", "--version")
        build = (HOME / "target/dist/stamp").read_text().strip()
        shutil.copytree(HOME / "target/dist" / build / "lib", self.directory / "jars/lib")
        self.environment = {**os.environ, "STET_JARS": str(self.directory / "jars/lib")}
        subprocess.run([HOME / "stet", "--version"], check=True, env=self.environment)
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.directory)

    def target(self, *arguments):
        target = Target([str(self.program), *map(str, arguments)])
        target.await_line("^ready ")
        return target

    def other_target(self, program):
        target = Target([str(program)])
        target.await_line("^ready ")
        return target

    def stet(self, *arguments, stdout=None):
        return Child([str(HOME / "stet"), *map(str, arguments)], stdout, self.environment)

    def bpftrace(self, script, *arguments, stdout=None, environment=None):
        """A script in which LIB is the library that the targets call."""
        script = script.replace("LIB", str(self.library))
        command = ["bpftrace", "-B", "line" if stdout is None else "full", *map(str, arguments), "-e", script]
        return Child(command, stdout, {**os.environ, **(environment or {})})

    def null(self):
        return open("/dev/null", "wb")


def byte_at(file, place):
    file.seek(place)
    return file.read(1)


def cpu_seconds(pid):
    """User and system time of all threads of a process so far."""
    fields = open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid):
    """VmRSS and VmHWM in MB."""
    lines = dict(line.split(":", 1) for line in open(f"/proc/{pid}/status") if line.startswith(("VmRSS", "VmHWM")))
    return {name: int(value.split()[0]) / 1024 for name, value in lines.items()}
