"""How long a policy takes from being saved until the last breakpoint is gone."""

import json
import os
import time

from machine import say

RULE = """apiVersion: stet.dev/v1alpha1
kind: ProbeExemption
metadata: {name: everybody}
spec:
  reason: measured
  owner: bench@example.com
  expires: 2100-01-01
  match: {exe: {name: calls}}
"""


def policy_live(workshop, quick):
    """Of 1, 100 and 1,000 processes with 20 probes each: exempted by one file that is moved into place, by the time of day at
    which it is saved and at which Stet has seen the last breakpoint go."""
    found = {}
    for count, rounds in ((1, 3), (100, 3)) if quick else ((1, 11), (100, 11), (1000, 2)):
        directory = workshop.directory / f"policy-{count}"
        directory.mkdir(exist_ok=True)
        targets = [workshop.target("paced", "f_push", 1_000_000) for _ in range(count)]
        try:
            with open(workshop.directory / "events", "wb") as out, workshop.stet(
                "trace", "--exe", workshop.program, "--policy", directory, "--json", "--no-returns", *FUNCTIONS, stdout=out
            ):
                events = Events(workshop.directory / "events")
                events.applied()
                saves, processes, breakpoints = [], 0, 0
                for _ in range(rounds):
                    (directory / "new").write_text(RULE)
                    saved = time.clock_gettime(time.CLOCK_REALTIME)
                    os.rename(directory / "new", directory / "rule.yaml")
                    applied = events.applied()
                    saves.append((applied["at"] - saved) * 1e3)
                    processes, breakpoints = applied["processes"], applied["breakpointsRemoved"]
                    os.remove(directory / "rule.yaml")
                    events.applied()
        finally:
            for target in targets:
                target.__exit__(None, None, None)
        found[str(count)] = {**percentiles(saves), "processes": processes, "breakpoints": breakpoints}
        say(f"  {count} processes, {breakpoints} breakpoints: " + ", ".join(f"{ms:.0f}" for ms in sorted(saves)) + " ms")
    return found


# Twenty functions of the C library, for the target's own library has few.
FUNCTIONS = [f"libc.so.6:{name}" for name in (
    "atoi atol strtol qsort bsearch rand srand getenv setenv unsetenv puts fputs fgets fopen fclose fread fwrite fseek ftell fflush"
).split()]


def percentiles(values):
    """The median, and the value that 99 of 100 are not above: of fewer the largest."""
    ordered = sorted(values)
    return {"p50": ordered[len(ordered) // 2], "p99": ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))],
            "rounds": len(ordered)}


def exempted(results):
    """A table for docs/performance.md; empty if the part was never run."""
    if "policy-live" not in results:
        return ""
    r = results["policy-live"]
    lines = [f"A saved policy, measured {r['date']} at a load average of {r['load']:.1f}: `bench/run --part policy-live`. From the moment at which a file "
             "that exempts them all is moved into place until Stet has seen their last breakpoint go.", "",
             "| Processes | Breakpoints | Median | 99 of 100 | Rounds |", "| --- | --- | --- | --- | --- |"]
    for each in (r[count] for count in ("1", "100", "1000") if count in r):
        lines.append(f"| {each['processes']:,} | {each['breakpoints']:,} | {each['p50']:,.0f} ms | {each['p99']:,.0f} ms | {each['rounds']} |")
    return "\n".join(lines)


class Events:
    """The policy events in a file that grows."""

    def __init__(self, path):
        self.file = open(path)

    def applied(self, seconds=400):
        end = time.monotonic() + seconds
        line = ""
        while time.monotonic() < end:
            line += self.file.readline()
            if not line.endswith("\n"):
                time.sleep(0.005)
                continue
            if line.startswith('{"type":"policy"'):
                event = json.loads(line)
                if event["state"] == "applied":
                    return {**event, "at": moment(event["time"])}
            line = ""
        raise RuntimeError("the policy was not applied")


def moment(text):
    """Seconds since the epoch of a time such as 2026-11-23T03:57:47.608872828Z."""
    whole, _, fraction = text.rstrip("Z").partition(".")
    return time.mktime(time.strptime(whole, "%Y-%m-%dT%H:%M:%S")) - time.timezone + float("0." + (fraction or "0"))
