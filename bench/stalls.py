"""How long a fork or an exec takes anywhere on the machine, while breakpoints are planted and removed."""

import os
import signal
import subprocess
import time

from machine import SOURCES, Target, say, spread
from policylive import RULE, Events
from soakbytes import Functions, Text

PROCESSES = 50
KINDS = {"fork": "fork", "vfork": "vfork", "clone": "clone(CLONE_VM)", "exec": "fork, exec of /bin/true and its end"}
CONDITIONS = {"none": "no tracer", "idle": "Stet, attached, at rest", "stet": "Stet, attaching and detaching",
              "bpftrace": "bpftrace, attaching and detaching"}


def stalls(workshop, quick):
    """Of 50 processes with 20 probed functions each, 1,000 probes: what forks take that have nothing to do with them."""
    rounds, seconds = (2, 4) if quick else (5, 10)
    program, prober = workshop.directory / "res-stalls", workshop.directory / "forks"
    for name, source, *options in ((program, "resident.c", "-DBUILD_OF=stalls"), (prober, "forks.c")):
        subprocess.run(["gcc", "-O2", "-pthread", *options, "-o", name, SOURCES / source], check=True)
    entries = Functions(program, "work_[12].").entries
    targets = [Target([str(program), "quiet"]) for _ in range(PROCESSES)]
    taken = {name: [] for name in CONDITIONS}
    steps = {what: [] for what in ("stet attach", "stet detach", "stet end", "bpftrace attach", "bpftrace end")}
    try:
        for target in targets:
            target.await_line("^ready ")
        for turn in range(rounds):
            with workshop.other_target(prober) as forks:
                time.sleep(seconds)
                taken["none"].append(told(forks))
                with_stet(workshop, program, forks, seconds, taken, steps, targets, entries)
                with_bpftrace(workshop, program, forks, seconds, taken, steps, targets, entries)
            say(f"  round {turn + 1}: longest fork, ms: " + ", ".join(f"{name} {each[-1]['fork']['max']:.1f}" for name, each in taken.items())
                + "; " + ", ".join(f"{what} {values[-1]:.0f} ms" for what, values in steps.items()))
    finally:
        for target in targets:
            target.__exit__(None, None, None)
    return {"processes": PROCESSES, "probes": PROCESSES * len(entries), "steps": {what: spread(values) for what, values in steps.items()},
            "taken": {name: {kind: {what: spread([each[kind][what] for each in found]) for what in ("count", "p50", "p99", "max")}
                             for kind in KINDS} for name, found in taken.items()}}


def with_stet(workshop, program, forks, seconds, taken, steps, targets, entries):
    directory = workshop.directory / "policy-stalls"
    directory.mkdir(exist_ok=True)
    log = workshop.directory / "events-stalls"
    with open(log, "wb") as out, workshop.stet("trace", "--exe", program, "--policy", directory, "--json", "--no-returns",
                                               "work_1*", "work_2*", stdout=out) as running:
        events = Events(log)
        events.applied()
        planted(targets, entries, True)
        told(forks)
        time.sleep(seconds)
        taken["idle"].append(told(forks))
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            steps["stet detach"].append(step(directory, events, True))
            steps["stet attach"].append(step(directory, events, False))
        # What it takes to end is part of it: all is attached now.
        planted(targets, entries, True)
        begun = time.monotonic()
        running.signal(signal.SIGINT)
        running.wait(300)
        steps["stet end"].append((time.monotonic() - begun) * 1e3)
        planted(targets, entries, False)
        taken["stet"].append(told(forks))


def step(directory, events, exempt):
    """Milliseconds from a change of the policy until Stet has seen the last breakpoint come or go."""
    (directory / "new").write_text(RULE.replace("calls", "res-stalls"))
    saved = time.clock_gettime(time.CLOCK_REALTIME)
    if exempt:
        os.rename(directory / "new", directory / "rule.yaml")
    else:
        os.remove(directory / "new")
        os.remove(directory / "rule.yaml")
    applied = events.applied()
    if applied["processes"] != PROCESSES:
        raise RuntimeError(f"not all processes were changed: {applied}")
    return (applied["at"] - saved) * 1e3


def with_bpftrace(workshop, program, forks, seconds, taken, steps, targets, entries):
    script = f"uprobe:{program}:work_1*, uprobe:{program}:work_2* {{ @ = count(); }}"
    told(forks)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with workshop.null() as null, workshop.bpftrace(script, stdout=null) as running:
            planted(targets, entries, True)
            steps["bpftrace attach"].append((time.monotonic() - running.started) * 1e3)
            begun = time.monotonic()
            running.signal(signal.SIGINT)
            running.wait(300)
            steps["bpftrace end"].append((time.monotonic() - begun) * 1e3)
            planted(targets, entries, False)
    taken["bpftrace"].append(told(forks))


def planted(targets, entries, wanted, patience=120):
    """Waits until each process has all breakpoints, or none."""
    end = time.monotonic() + patience
    for target in targets:
        while True:
            found = {at for points in Text(target.pid).breakpoints.values() for at in points}
            if (found & entries == entries) if wanted else not found:
                break
            if time.monotonic() > end:
                raise RuntimeError(f"{target.pid} has {len(found)} breakpoints")
            time.sleep(0.02)


def told(forks):
    """Milliseconds, since the last time."""
    forks.drain()
    forks.signal(signal.SIGUSR1)
    found = {}
    while True:
        _, line = forks.await_line(r"^(told)|^(\w+) count=(\d+) p50=(\d+) p99=(\d+) max=(\d+)")
        if line.group(1):
            return found
        p50, p99, longest = (int(line.group(i)) / 1e6 for i in (4, 5, 6))
        found[line.group(2)] = {"count": int(line.group(3)), "p50": p50, "p99": p99, "max": longest}


def stalled(results):
    """A table for docs/performance.md; empty if the part was never run."""
    if "stalls" not in results:
        return ""
    r = results["stalls"]
    show = lambda value: f"{value['median']:.2f} ({value['low']:.2f}-{value['high']:.2f})"
    lines = [f"Stalls, measured {r['date']} at a load average of {r['load']:.1f}: `bench/run --part stalls`. What forks and execs of a process take that "
             f"nobody probes, in milliseconds, while {r['probes']:,} probes in {r['processes']} others come and go; median (least-greatest) of "
             f"{r['taken']['none']['fork']['max']['rounds']} rounds.", "",
             "| What | Meanwhile | Median | 99 of 100 | Longest |", "| --- | --- | --- | --- | --- |"]
    for kind, title in KINDS.items():
        for name, meanwhile in CONDITIONS.items():
            each = r["taken"][name][kind]
            lines.append(f"| {title} | {meanwhile} | {show(each['p50'])} | {show(each['p99'])} | {show(each['max'])} |")
    steps = r["steps"]
    told_of = lambda what: f"{steps[what]['median']:,.0f} ms ({steps[what]['low']:,.0f}-{steps[what]['high']:,.0f}, {steps[what]['rounds']} times)"
    lines += ["", f"Stet detached from all {r['processes']} by a saved policy within {told_of('stet detach')}, attached to them again within "
              f"{told_of('stet attach')}, and ended, detaching from all, within {told_of('stet end')}. bpftrace, by file and not by process, "
              f"took {told_of('bpftrace attach')} from its start until it was attached, and {told_of('bpftrace end')} to detach and end."]
    return "\n".join(lines)
