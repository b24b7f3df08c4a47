"""What it costs to know a fact of a process: reads, and microseconds."""

import os
import re
import subprocess
import sys
from pathlib import Path

from machine import say

HOME = Path(__file__).resolve().parent.parent
LINE = re.compile(r"^(\S.*?)\s+first\s+([\d.]+) us, median\s+([\d.]+) us, (\d+) reads$")


def facts(workshop, quick):
    """Of a small program and of an interpreter with a few libraries, each kind of fact read again and again, by no policy but a loop."""
    classes = workshop.directory / "facts"
    jars = f"{workshop.directory}/jars/lib/*"
    java("javac", "-proc:none", "-nowarn", "-d", str(classes), "-cp", jars, str(HOME / "bench/targets/Facts.java"))
    found = {}
    for name, command in (("calls", [str(workshop.program), "paced", "f_push", "1000000"]),
                          ("python3", [sys.executable, "-c", "import time, ssl; print('ready', flush=True); time.sleep(600)"])):
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ) as process:
            try:
                process.stdout.readline()
                lines = java("java", "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-Xmx256m", "-cp",
                             f"{classes}:{jars}", "dev.stet.agent.Facts", str(process.pid), "200" if quick else "2000")
            finally:
                process.kill()
        found[name] = {kind: {"first": float(first), "median": float(median), "reads": int(reads)}
                       for kind, first, median, reads in (m.groups() for m in map(LINE.match, lines.splitlines()) if m)}
        every = found[name]["(every process)"]
        say(f"  {name}: {every['reads']} reads and {every['median']:.0f} us for every process; most of one more kind "
            f"{max(each['median'] for each in found[name].values()):.0f} us")
    return found


def java(*command):
    script = f'. .mvn/find-jdk.sh; find_jdk25 {command[0]} || exit 69; exec "$JDK/bin/$0" "$@"'
    return subprocess.run(["sh", "-c", script, *command], cwd=HOME, check=True, stdout=subprocess.PIPE, text=True).stdout


def gathered(results):
    """A table for docs/performance.md; empty if the part was never run."""
    if "facts" not in results:
        return ""
    r = results["facts"]
    programs = [name for name in r if isinstance(r[name], dict)]
    lines = [f"Facts, measured {r['date']} at a load average of {r['load']:.1f}: `bench/run --part facts`. The first reading, by cold Java and of "
             "files that were not looked into before, and the median of 2,000 more; `reads` are calls of read(2) and its like.", "",
             "| Fact | " + " | ".join(f"{name}: first | median | reads" for name in programs) + " |",
             "| --- |" + " --- | --- | --- |" * len(programs)]
    for kind in r[programs[0]]:
        cells = " | ".join(f"{each['first']:,.0f} us | {each['median']:,.1f} us | {each['reads']}"
                           for each in (r[name].get(kind) for name in programs) if each)
        lines.append(f"| {kind.strip('()')} | {cells} |")
    return "\n".join(lines)
