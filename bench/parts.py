"""What is measured. Each part alternates between Stet and its peer, round by round, so that both meet the same machine."""

import os
import signal
import subprocess
import time

from analysis import analysis
from capture import capture
from facts import facts
from machine import memory, say, spread
from node import node
from policy import policy
from policylive import policy_live
from stalls import stalls

# One line a call: moment, process, thread, name, function, argument; with returns the result and the latency too. It is what
# `stet trace` prints.
ENTRY = 'uprobe:LIB:FN { printf("%llu %d %d %s FN %d\\n", nsecs, pid, tid, comm, arg0); }'
BOTH = (
    "uprobe:LIB:FN { @start[tid] = nsecs; @arg[tid] = arg0; } "
    'uretprobe:LIB:FN /@start[tid]/ { printf("%llu %d %d %s FN %d = %d %llu\\n", @start[tid], pid, tid, comm, @arg[tid], retval, '
    "nsecs - @start[tid]); delete(@start[tid]); delete(@arg[tid]); }"
)
FUNCTIONS = ("f_push", "f_sub")


def start(workshop, quick):
    """From exec to the first line about a call of a function that is called every millisecond."""
    rounds = 5 if quick else 11
    found = {name: {"first": [], "exit": []} for name in ("stet", "stet_entry", "bpftrace", "bpftrace_both")}
    spec = "libcalls.so:f_push(arg1)"
    both = BOTH.replace("delete(@arg[tid]); }", "delete(@arg[tid]); exit() }")
    with workshop.target("paced", "f_push", 1000) as target:
        commands = {
            "stet": lambda: workshop.stet("trace", "-p", target.pid, "--count", 1, spec),
            "stet_entry": lambda: workshop.stet("trace", "-p", target.pid, "--no-returns", "--count", 1, spec),
            "bpftrace": lambda: workshop.bpftrace(ENTRY.replace("}", "exit() }").replace("FN", "f_push"), "-p", target.pid),
            "bpftrace_both": lambda: workshop.bpftrace(both.replace("FN", "f_push"), "-p", target.pid),
        }
        for turn in range(rounds + 1):
            for name, command in commands.items():
                with command() as tracer:
                    moment, _ = tracer.await_line(r" f_push[ (]")
                    tracer.wait()
                    ended = time.monotonic()
                if turn > 0:  # the first one is to warm the page cache
                    found[name]["first"].append((moment - tracer.started) * 1e3)
                    found[name]["exit"].append((ended - tracer.started) * 1e3)
            say(f"  round {turn}: " + ", ".join(f"{name} {f['first'][-1]:.0f} ms" for name, f in found.items() if f["first"]))
    return {name: {what: spread(values) for what, values in each.items()} for name, each in found.items()}


def cost(workshop, quick):
    """What a call costs its caller: 100 calls timed together, 5 ms apart, so that nobody loses events."""
    rounds, reports = (3, 2) if quick else (5, 3)
    found = {}
    for function in FUNCTIONS:
        spec = f"libcalls.so:{function}(arg1)"
        for turn in range(rounds):
            with workshop.target("cost", function, 100, 5000) as target:
                base = target.nanos(reports)
                found.setdefault(f"{function} none", []).append(base)
                tracers = {
                    "entry stet": lambda out: workshop.stet(
                        "trace", "-p", target.pid, "--json", "--no-returns", spec, stdout=out),
                    "entry bpftrace": lambda out: workshop.bpftrace(
                        ENTRY.replace("FN", function), "-p", target.pid, stdout=out),
                    "both stet": lambda out: workshop.stet("trace", "-p", target.pid, "--json", spec + " -> ret", stdout=out),
                    "both bpftrace": lambda out: workshop.bpftrace(
                        BOTH.replace("FN", function), "-p", target.pid, stdout=out),
                }
                for name, tracer in tracers.items():
                    with workshop.null() as null, tracer(null):
                        target.await_cost(lambda nanos: nanos > base * 5 + 100)
                        found.setdefault(f"{function} {name}", []).append(target.nanos(reports, skip=1) - base)
                    target.await_cost(lambda nanos: nanos < base * 5 + 100)
            say(f"  {function} round {turn + 1}: " + ", ".join(
                f"{name.split(' ', 1)[1]} {values[-1]:.0f}" for name, values in found.items() if name.startswith(function)))
    return {name: spread(values) for name, values in found.items()}


POLICY = """apiVersion: stet.dev/v1alpha1
kind: ProbeExemption
metadata: {name: neighbour}
spec:
  reason: measured to be left alone
  owner: bench@example.com
  expires: 2100-01-01
  match:
    args: {contains: ["cost"]}
"""


def neighbour(workshop, quick):
    """What a call costs a process that is left alone, while another one that shares the library is traced."""
    rounds, reports = (3, 4) if quick else (5, 6)
    found = {}
    policy = workshop.directory / "policy"
    policy.mkdir(exist_ok=True)
    (policy / "neighbour.yaml").write_text(POLICY)
    spec = "libcalls.so:f_push(arg1)"
    everybody = ENTRY.replace("FN", "f_push")
    for turn in range(rounds):
        with workshop.target("paced", "f_push", 500) as traced, workshop.target("cost", "f_push", 1000, 2000) as alone:
            filtered = everybody.replace(" {", f" /pid == {traced.pid}/ {{", 1)
            tracers = {
                "stet -p": lambda: workshop.stet("trace", "-p", traced.pid, spec),
                "stet exempt": lambda: workshop.stet("trace", "--exe", workshop.program, "--policy", policy, spec),
                "bpftrace -p": lambda: workshop.bpftrace(everybody, "-p", traced.pid),
                "bpftrace filter": lambda: workshop.bpftrace(filtered),
            }
            found.setdefault("none", []).append(alone.nanos(reports))
            for name, tracer in tracers.items():
                with tracer() as running:
                    running.await_line(r" f_push[ (]")
                    found.setdefault(name, []).append(alone.nanos(reports, skip=2))
        say(f"  round {turn + 1}: " + ", ".join(f"{name} {values[-1]:.1f} ns" for name, values in found.items()))
    ratios = {name: spread([v / b for v, b in zip(values, found["none"])]) for name, values in found.items() if name != "none"}
    return {"nanos": {name: spread(values) for name, values in found.items()}, "ratio": ratios}


STEPS = (10_000, 20_000, 40_000, 60_000, 80_000, 100_000, 125_000, 150_000, 175_000, 200_000, 250_000, 300_000, 350_000, 400_000,
         500_000, 600_000)


def rate(workshop, quick):
    """The rate of calls is raised step by step until a call is lost; what counts is what the target achieved one step before."""
    rounds, seconds = (3, 3) if quick else (5, 4)
    pages = {"BPFTRACE_PERF_RB_PAGES": "8192"}
    spec = "libcalls.so:f_push(arg1)"
    script = ENTRY.replace("FN", "f_push")
    tracers = {
        "stet text": lambda pid, out: workshop.stet("trace", "-p", pid, "--no-returns", spec, stdout=out),
        "stet json": lambda pid, out: workshop.stet("trace", "-p", pid, "--no-returns", "--json", spec, stdout=out),
        "bpftrace": lambda pid, out: workshop.bpftrace(script, "-p", pid, stdout=out),
        "bpftrace 32 MB": lambda pid, out: workshop.bpftrace(script, "-p", pid, stdout=out, environment=pages),
    }
    found = {name: [] for name in tracers}
    ends = {name: {"lost": 0, "target": 0} for name in tracers}
    first = {name: 0 for name in tracers}
    for turn in range(rounds):
        for name, tracer in tracers.items():
            sustained, slower, end = 0.0, 0, "target"
            for step in range(first[name], len(STEPS)):
                achieved, lost = one_rate(workshop, tracer, name, STEPS[step], seconds)
                # One loss may be the machine's doing, as when the tracer does not get a processor for a while.
                if lost and one_rate(workshop, tracer, name, STEPS[step], seconds)[1]:
                    end = "lost"
                    break
                # A target that cannot call any faster proves nothing more about the tracer.
                slower = slower + 1 if achieved < sustained * 1.03 else 0
                sustained = max(sustained, achieved)
                if slower == 2:
                    break
            # The next round need not climb all the way again.
            first[name] = max(first[name], step - 4) if turn == 0 else first[name]
            found[name].append(sustained)
            ends[name][end] += 1
        say(f"  round {turn + 1}: " + ", ".join(f"{name} {values[-1]:.0f}/s" for name, values in found.items()))
    return {"ends": ends, "seconds": seconds, **{n: spread(v) for n, v in found.items()}}


def one_rate(workshop, tracer, name, per_second, seconds):
    """Calls a second that the target made, and whether the tracer missed any of them."""
    path = workshop.directory / "output"
    with workshop.target("rate", "f_push", per_second, seconds) as target:
        json = name.endswith("json")
        with open(path if json or name.startswith("bpftrace") else "/dev/null", "wb") as out, tracer(target.pid, out) as running:
            await_attached(running, name, target.pid, path)
            target.signal(signal.SIGUSR1)
            _, done = target.await_line(r"^done calls=(\d+) nanos=(\d+)", seconds + 30)
            calls, nanos = int(done.group(1)), int(done.group(2))
            if name.startswith("bpftrace"):
                time.sleep(1)  # to read what is left
            else:
                running.wait(120)  # it ends with its target
        if json:
            lost = b'"lost":0,' not in tail(path)
        elif name.startswith("stet"):
            lost = f"stet: {calls:,} calls, 0 returns, 0 lost;" not in "\n".join(running.text)
        else:
            lost = any("Lost" in line for line in running.text) or lines(path) < calls
    os.truncate(path, 0) if path.exists() else None
    return calls / (nanos / 1e9), lost


def await_attached(running, name, pid, path):
    if name == "stet text":
        running.await_line("^stet: attached ")
    else:
        end = time.monotonic() + 30
        wanted = b'"attached"' if name.startswith("stet") else None
        while time.monotonic() < end:
            if wanted and wanted in path.read_bytes()[:4096]:
                return
            # bpftrace says nothing when it is ready, and holds its output back: the probe in the target's text is the sign.
            if not wanted and has_breakpoint(pid):
                time.sleep(0.2)
                return
            time.sleep(0.05)
        raise RuntimeError(f"{name} did not attach: {running.text}")


def has_breakpoint(pid):
    """Is the first byte of f_push, at its place in the library, no longer what it was compiled to?"""
    for line in open(f"/proc/{pid}/maps"):
        if "r-xp" in line and line.rstrip().endswith("libcalls.so"):
            with open(f"/proc/{pid}/mem", "rb") as text:
                text.seek(int(line.split("-")[0], 16))
                code = text.read(4096)
            return b"\x55\x48\x8d\x47\x01\x5d\xc3" not in code
    return False


def tail(path):
    with open(path, "rb") as file:
        file.seek(max(0, path.stat().st_size - 2000))
        return file.read()


def lines(path):
    return int(subprocess.run(["grep", "-c", " f_push ", path], capture_output=True, text=True).stdout or 0)


def run_memory(workshop, quick):
    """Resident memory of `stet run` on this machine, and of bpftrace with the same C functions."""
    seconds = 30 if quick else 300
    probes = []
    for library, function in LIBRARIES:
        path = find_library(library)
        if path:
            probes.append(f'uprobe:{path}:{function} {{ @s[tid] = nsecs }} uretprobe:{path}:{function} /@s[tid]/ '
                          '{ printf("%d %s %s %d %llu\\n", pid, comm, func, retval, nsecs - @s[tid]); delete(@s[tid]) }')
    script = " ".join(probes)
    with workshop.null() as null, workshop.stet("run", "--json", stdout=null) as stet, \
            workshop.bpftrace(script, stdout=null) as peer:
        samples = []
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(min(10, max(end - time.monotonic(), 0.1)))
            samples.append(memory(stet.pid)["VmRSS"])
            say(f"  {seconds - max(end - time.monotonic(), 0):.0f} s: stet run {samples[-1]:.0f} MB")
        return {"seconds": seconds, "processes": sum(name.isdigit() for name in os.listdir("/proc")), "samples": samples,
                "stet run": memory(stet.pid), "bpftrace": memory(peer.pid), "peer functions": len(probes)}


LIBRARIES = (("libc.so.6", "getaddrinfo"), ("libsqlite3.so.0", "sqlite3_prepare_v2"), ("libsqlite3.so.0", "sqlite3_step"),
             ("libssl.so.3", "SSL_read"), ("libssl.so.3", "SSL_write"))


def find_library(name):
    for line in subprocess.run(["ldconfig", "-p"], capture_output=True, text=True).stdout.splitlines():
        if line.strip().startswith(name + " ") and "x86-64" in line:
            return line.split("=>")[1].strip()
    return None


ALL = {"start": start, "cost": cost, "capture": capture, "neighbour": neighbour, "rate": rate, "memory": run_memory,
       "analysis": analysis, "policy": policy, "policy-live": policy_live, "facts": facts,
       "stalls": stalls, "node": node}
