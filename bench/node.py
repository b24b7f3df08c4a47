"""What `stet run` takes as a service: 500 processes, of which 100 are probed."""

import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import time

from machine import SOURCES, cpu_seconds, memory, say, spread

IDLE, CALLING = 400, 100
MANY = 100_000  # events a second

PACK = """apiVersion: stet.dev/v1alpha1
kind: ProbePack
metadata: {name: calls}
spec:
  binary: {library: libcalls.so}
  probes:
    - {function: f_push, kind: called, capture: {number: "int(arg1)"}}
"""

# A return costs the target so much that one thread could not make so many calls.
ENTRIES = """apiVersion: stet.dev/v1alpha1
kind: ProbeExemption
metadata: {name: entries-only}
spec:
  reason: measured
  owner: bench@example.com
  expires: 2100-01-01
  exempt: [returns]
  match: {exe: {name: calls}}
"""


def node(workshop, quick):
    """At rest, asked, and with many events; bpftrace prints the same calls of the same processes beside it."""
    seconds = 20 if quick else 120
    idle = workshop.directory / "idle"
    subprocess.run(["gcc", "-O2", "-static", "-o", idle, SOURCES / "idle.c"], check=True)
    found = {"seconds": seconds, "processes": IDLE + CALLING, "probed": CALLING, "events": CALLING}
    processes = [subprocess.Popen([idle]) for _ in range(IDLE)]
    targets = [workshop.target("paced", "f_push", 1_000_000) for _ in range(CALLING)]
    try:
        bare = calm(targets, 5)
        agent = Node(workshop)
        with agent.run() as stet:
            agent.await_probed(CALLING)
            found["all probed"] = (time.monotonic() - stet.started) * 1e3
            time.sleep(seconds / 2)
            found["stet"] = at_rest(stet.pid, targets, seconds)
            found["status"] = spread([agent.status() for _ in range(5 if quick else 21)])
        found["first verdict"] = spread([agent.first_verdict() for _ in range(3 if quick else 11)])
        with workshop.null() as null, workshop.bpftrace(
                'uprobe:LIB:f_push { printf("%llu %d %s f_push %d\\n", nsecs, pid, comm, arg0); }', stdout=null) as peer:
            time.sleep(seconds / 2)
            found["bpftrace"] = at_rest(peer.pid, targets, seconds)
        found["targets alone"] = bare
    finally:
        for process in processes:
            process.send_signal(signal.SIGKILL)
            process.wait()
        for target in targets:
            target.__exit__(None, None, None)
    found["many"] = many(workshop, quick)
    say(json.dumps(found, indent=1))
    return found


class Node:
    """`stet run` as a service has it: the store and the API, and no output."""

    def __init__(self, workshop):
        self.workshop = workshop
        self.packs, self.policy = workshop.directory / "packs", workshop.directory / "policy"
        self.socket = workshop.directory / "stet.sock"
        for directory in (self.packs, self.policy):
            directory.mkdir(exist_ok=True)
        (self.packs / "calls.yaml").write_text(PACK)

    def run(self, *more, output="none"):
        state = self.workshop.directory / "state"
        shutil.rmtree(state, ignore_errors=True)
        state.mkdir(mode=0o700)
        return self.workshop.stet("run", "--policy", self.policy, "--packs", self.packs, "--state", state, "--api-socket", self.socket,
                                  "--exe", f"{self.workshop.directory}/**", "--output", output, *more)

    def ask(self, *words):
        return self.workshop.stet(*words, "--socket", self.socket)

    def status(self):
        """Milliseconds of a `stet status`."""
        with self.ask("status", "--json") as asking:
            if asking.wait() != 0:
                raise RuntimeError(f"stet status: {asking.text}")
            return (time.monotonic() - asking.started) * 1e3

    def await_probed(self, count, seconds=60):
        end = time.monotonic() + seconds
        while True:
            with self.ask("status", "--json") as asking:
                if asking.wait() == 0 and json.loads(asking.text[0])["processes"]["probed"] >= count:
                    return
            if time.monotonic() > end:
                raise RuntimeError(f"not {count} processes were probed: {asking.text}")

    def first_verdict(self):
        """Milliseconds from the command until it is told of a process whether it may be probed."""
        with self.run(output="json") as stet:
            moment, _ = stet.await_line('"type":"verdict"')
            return (moment - stet.started) * 1e3


def at_rest(pid, targets, seconds):
    begin = cpu_seconds(pid)
    time.sleep(seconds)
    return {**memory(pid), "cpu": (cpu_seconds(pid) - begin) / seconds * 100, "targets": calm(targets, 5)}


def calm(targets, seconds):
    """What the targets take, in percent of a CPU."""
    begin = sum(cpu_seconds(each.pid) for each in targets)
    time.sleep(seconds)
    return (sum(cpu_seconds(each.pid) for each in targets) - begin) / seconds * 100


def many(workshop, quick):
    """100,000 events a second: what the tracer takes of a CPU, and what it loses. From the start, and after the JVM has compiled."""
    seconds = 10 if quick else 30
    agent = Node(workshop)
    (agent.policy / "entries.yaml").write_text(ENTRIES)
    found = {}
    for name in ("stet", "bpftrace"):
        with workshop.target("rate", "f_push", MANY, seconds) as target:
            tracer = agent.run("--budget", 0, "--machine-budget", 0) if name == "stet" else workshop.bpftrace(
                'uprobe:LIB:f_push { printf("%llu %d %s f_push %d\\n", nsecs, pid, comm, arg0); }', "-p", target.pid,
                stdout=open("/dev/null", "wb"), environment={"BPFTRACE_PERF_RB_PAGES": "8192"})
            with tracer:
                target.await_trap("f_", workshop.library)
                begin = cpu_seconds(tracer.pid)
                target.signal(signal.SIGUSR1)
                samples = []
                for _ in range(seconds):
                    time.sleep(1)
                    samples.append(cpu_seconds(tracer.pid) - begin)
                _, done = target.await_line(r"^done calls=(\d+) nanos=(\d+)", seconds + 30)
                found[name] = {"rate": int(done.group(1)) / int(done.group(2)) * 1e9, "memory": memory(tracer.pid),
                               "first": samples[4] / 5 * 100, "then": (samples[-1] - samples[4]) / (seconds - 5) * 100}
            text = "\n".join(tracer.text)
            found[name]["lost"] = sum(int((ours or theirs).replace(",", ""))
                                      for ours, theirs in re.findall(r"([0-9,]+) lost|Lost ([0-9]+) ", text))
            if name == "stet":
                say(tracer.text[-1])
    return found


def noded(results):
    """A table for docs/performance.md; empty if the part was never run."""
    if "node" not in results:
        return ""
    n = results["node"]
    stet, peer, many = n["stet"], n["bpftrace"], n["many"]
    met = lambda value, aim: "met" if value <= aim else "**missed**"
    rows = [
        ("Resident memory", f"{stet['VmRSS']:.0f} MB", f"{peer['VmRSS']:.0f} MB", f"{met(stet['VmRSS'], 100)}: 100 MB"),
        ("The most it ever was", f"{stet['VmHWM']:.0f} MB", f"{peer['VmHWM']:.0f} MB", f"{met(stet['VmHWM'], 100)}: 100 MB"),
        ("CPU", f"{stet['cpu']:.2f} %", f"{peer['cpu']:.2f} %", f"{met(stet['cpu'], 0.5)}: 0.5 %"),
        ("What the 100 take themselves", f"{stet['targets']:.2f} %", f"{peer['targets']:.2f} %", f"untraced: {n['targets alone']:.2f} %"),
        ("From command to first verdict", f"{n['first verdict']['median']:.0f} ms", "-", f"{met(n['first verdict']['median'], 500)}: 500 ms"),
        ("From command until all 100 are probed", f"{n['all probed']:.0f} ms", "-", ""),
        ("`stet status`", f"{n['status']['median']:.0f} ms", "-", f"{met(n['status']['median'], 150)}: 150 ms"),
    ]
    for when, name in (("first", "in the first 5 s"), ("then", "after that")):
        rows.append((f"CPU with 100,000 calls a second of one process, {name}", f"{many['stet'][when]:.0f} %", f"{many['bpftrace'][when]:.0f} %",
                     f"{met(many['stet'][when], 100)}: 100 %"))
    rows.append(("Calls a second that this process could make", f"{many['stet']['rate']:,.0f}", f"{many['bpftrace']['rate']:,.0f}", ""))
    rows.append(("Lost of them", f"{many['stet']['lost']}", f"{many['bpftrace']['lost']}", f"{met(many['stet']['lost'], 0)}: 0"))
    lines = [f"As a service, measured {n['date']} at a load average of {n['load']:.1f}: `bench/run --part node`. `stet run` with store and API among "
             f"{n['processes']} processes of its own, of which {n['probed']} are probed and call a function each second; bpftrace prints the same calls. "
             f"CPU over {n['seconds']} s, in percent of one.", "",
             "| What | Stet | bpftrace | Aim |", "| --- | --- | --- | --- |"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])
