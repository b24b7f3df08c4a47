"""What analysing binaries costs: Stet, warm in one Java process and cold as a command, beside the tools that people use."""

import os
import pathlib
import re
import shutil
import subprocess
import time

from machine import HOME, say, spread

# Every answer must fit into it.
HEAP = "-Xmx64m"
NUMBER = 22000
FUNCTION = f"handle_{NUMBER}"


def analysis(workshop, quick):
    rounds = 3 if quick else 7
    found = {}
    stripped_go = first("/usr/bin/hugo", "/usr/bin/prometheus", "/usr/sbin/dockerd", "/usr/bin/caddy")
    large_go = first("/usr/sbin/dockerd", "/usr/bin/hugo", "/usr/bin/prometheus", "/usr/bin/caddy")
    libc = first("/lib/x86_64-linux-gnu/libc.so.6", "/lib64/libc.so.6")
    big = build_big(workshop, quick)
    if stripped_go:
        # No other tool here names the functions of a stripped Go program.
        compare(found, workshop, rounds, "functions stripped Go", stripped_go, "functions", {})
    if big:
        compare(found, workshop, rounds, "functions", big, "functions", {
            "nm -S": ["nm", "-S", big], "go tool nm -size": ["go", "tool", "nm", "-size", big]})
        compare(found, workshop, rounds, "signature", big, "signature", {
            "gdb": ["gdb", "-nx", "-batch", "-ex", f"info scope {FUNCTION}", big],
            "bpftrace -lv": ["bpftrace", "-lv", f"uprobe:{big}:{FUNCTION}"]}, FUNCTION)
    for name, file in (("returns libc", libc), ("returns large Go", large_go)):
        if file:
            compare(found, workshop, rounds, name, file, "returns", {"objdump -d": ["objdump", "-d", file]})
    return found


def first(*paths):
    return next((path for path in paths if os.path.exists(path)), None)


def build_big(workshop, quick):
    """A C program with more than 100 MB of DWARF and of symbols."""
    kept = os.environ.get("STET_BENCH_BIG")
    if kept:
        return kept
    directory = workshop.directory / "big"
    directory.mkdir()
    units, functions = (4, 6000) if quick else (60, 3000)
    say(f"  compiling a program of {units * functions:,} functions")
    subprocess.run([str(HOME / "bench/targets/big.py"), str(directory), str(units), str(functions)], check=True)
    for source in sorted(directory.glob("*.c")):
        # Only the unit of the measured function is optimised; the others are compiled as fast as can be.
        level = "-O2" if source.name == f"unit{NUMBER // functions}.c" else "-O0"
        subprocess.run(["gcc", "-g", level, "-c", source.name], cwd=directory, check=True)
        source.unlink()
    subprocess.run("gcc -g -o big *.o && rm *.o", shell=True, cwd=directory, check=True)
    return str(directory / "big")


def compare(found, workshop, rounds, name, file, question, peers, *arguments):
    """Alternates between Stet's cold command and the peers; the warm rounds are one process."""
    peers = {label: command for label, command in peers.items() if shutil.which(command[0])}
    commands = {"stet cold": cold(workshop, question, file, *arguments), **peers}
    times = {label: [] for label in commands}
    for turn in range(rounds + 1):
        for label, command in commands.items():
            if command is None:
                continue
            before = time.monotonic()
            subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=workshop.environment)
            if turn > 0:  # the first one is to warm the page cache
                times[label].append((time.monotonic() - before) * 1e3)
    lines = warm(workshop, question, file, 10 + rounds * 2, *arguments)
    times["stet warm"] = [int(line.split()[0]) / 1e6 for line in lines[10:]]
    result = {label: spread(values) for label, values in times.items() if values}
    result["file"] = pathlib.Path(file).name
    result["bytes"] = os.path.getsize(file)
    result["found"] = int(lines[-1].split()[1])
    found[name] = result
    say(f"  {name} of {result['file']}: " + ", ".join(
        f"{label} {value['median']:.1f} ms" for label, value in result.items() if isinstance(value, dict)))


def cold(workshop, question, file, *arguments):
    stet = str(HOME / "stet")
    return {
        "functions": [stet, "inspect", file, "--list", "functions"],
        "signature": [stet, "inspect", file, *arguments],
        "returns": None,  # no command asks this of a whole file
    }[question]


def warm(workshop, question, file, rounds, *arguments):
    java = pathlib.Path(os.environ.get("JAVA_HOME") or find_java()) / "bin/java"
    command = [str(java), HEAP, "-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders", "--enable-native-access=dev.stet.kernel",
               "-p", str(workshop.directory / "jars/lib"), "--add-modules", "dev.stet.agent",
               str(HOME / "bench/targets/Analysis.java"), question, file, str(rounds), *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    lines = re.findall(r"^\d+ \d+$", done.stdout, re.M)
    if len(lines) != rounds:
        raise RuntimeError(f"{question} of {file}: {done.stderr[-2000:]}")
    return lines


def find_java():
    return subprocess.run(["sh", "-c", ". .mvn/find-jdk.sh; find_jdk25 java && echo $JDK"], cwd=HOME, capture_output=True,
                          text=True, check=True).stdout.strip()
