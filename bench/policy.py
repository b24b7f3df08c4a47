"""The part `policy`: what decisions cost, by JMH; with the index and, in the same run, with every rule tried."""

import json
import subprocess
from pathlib import Path

from machine import say

HOME = Path(__file__).resolve().parent.parent


def policy(_workshop, quick):
    """Builds bench/jmh and runs its benchmarks of decisions."""
    build = ["mvn", "-q", "-B", "-ntp", "-pl", "bench/jmh", "-am", "-Dmaven.test.skip=true", "-Dspotless.skip", "package"]
    subprocess.run(build, cwd=HOME, check=True)
    target = HOME / "bench/jmh/target"
    out = target / "policy.json"
    rounds = ["-wi", "1", "-i", "2"] if quick else []
    run_java(target, out, rounds)
    found = {}
    for each in json.loads(out.read_text()):
        name = each["benchmark"].split(".")[-1] + " " + each["params"]["rules"]
        found[name] = {"micros": each["primaryMetric"]["score"], "error": each["primaryMetric"]["scoreError"],
                       "bytes": each["secondaryMetrics"]["gc.alloc.rate.norm"]["score"]}
        say(f"  {name} rules: {found[name]['micros']:.1f} us, {found[name]['bytes']:.0f} bytes")
    return found


def run_java(target, out, rounds):
    script = '. .mvn/find-jdk.sh; find_jdk25 java || exit 69; exec "$JDK/bin/java" "$@"'
    subprocess.run(["sh", "-c", script, "java", "-cp", f"{target}/classes:{target}/lib/*", "org.openjdk.jmh.Main", "-prof", "gc",
                    "-rf", "json", "-rff", str(out), *rounds, "DecisionBenchmark"], cwd=HOME, check=True)


ROWS = (("One decision", "one", "oneByScan"), ("10,000 processes from scratch, one thread", "all", None),
        ("10,000 processes from scratch, all processors", "allOnAllProcessors", None), ("The policy made ready", "compile", None))


def decided(results):
    """A table for docs/performance.md; empty if the part was never run."""
    if "policy" not in results:
        return ""
    r = results["policy"]
    lines = [f"Decisions, measured {r['date']} at a load average of {r['load']:.1f}: `bench/run --part policy` (JMH, `-prof gc`).", "",
             "| What | Rules | Time | Garbage | Every rule tried: time | Garbage |", "| --- | --- | --- | --- | --- | --- |"]
    for what, name, scan in ROWS:
        for rules in ("1000", "10000"):
            a, b = r.get(f"{name} {rules}"), r.get(f"{scan} {rules}")
            if a:
                lines.append(f"| {what} | {int(rules):,} | {a['micros']:,.1f} us | {a['bytes']:,.0f} bytes | "
                             + (f"{b['micros']:,.1f} us | {b['bytes']:,.0f} bytes |" if b else "| |"))
    return "\n".join(lines)
