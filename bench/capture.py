"""What capturing costs: the same values of the same function, with Stet and with bpftrace, in turn."""

import os
import signal
import subprocess
import time

from machine import SOURCES, cpu_seconds, say, spread

FUNCTION = "f_push"
CALLER = '"%llu %d %d %s f_push'
ONE = "nsecs, pid, tid, comm"
END = "delete(@start[tid]); delete(@a[tid]); delete(@b[tid]); delete(@c[tid]);"
SHORT = {"BPFTRACE_STRLEN": "64"}
WIDE = {**SHORT, "BPFTRACE_PERF_RB_PAGES": "8192"}

# What is taken: Stet's words, bpftrace's script. Both print a line a call, but for the last.
TAKEN = {
    "entry": (["--no-returns", "f_push()"], f"uprobe:LIB:f_push {{ printf({CALLER}\\n\", {ONE}); }}"),
    "ints": (
        ["--no-returns", "f_push(int(arg1), int(arg2))"],
        f"uprobe:LIB:f_push {{ printf({CALLER} %d %d\\n\", {ONE}, (int32)arg0, (int32)arg1); }}",
    ),
    "text": (
        ["--no-returns", "--text", "64", "f_push(int(arg1), int(arg2), str(arg3))"],
        f"uprobe:LIB:f_push {{ printf({CALLER} %d %d %s\\n\", {ONE}, (int32)arg0, (int32)arg1, str(arg2)); }}",
    ),
    "both": (
        ["--text", "64", "f_push(int(arg1), int(arg2), str(arg3)) -> int(ret)"],
        "uprobe:LIB:f_push { @start[tid] = nsecs; @a[tid] = arg0; @b[tid] = arg1; @c[tid] = str(arg2); } "
        f"uretprobe:LIB:f_push /@start[tid]/ {{ printf({CALLER} %d %d %s = %d %llu\\n\", @start[tid], pid, tid, comm, "
        "(int32)@a[tid], (int32)@b[tid], @c[tid], (int32)retval, nsecs - @start[tid]); " + END + " }",
    ),
    "histogram": (
        ["--histogram", "f_push"],
        "uprobe:LIB:f_push { @start[tid] = nsecs; } uretprobe:LIB:f_push /@start[tid]/ "
        "{ @h = hist(nsecs - @start[tid]); delete(@start[tid]); }",
    ),
}
MANY = 1000


def capture(workshop, quick):
    found = {"added": added(workshop, 1 if quick else 3), "cpu": cpu(workshop, 1 if quick else 2, 4 if quick else 6)}
    found["rate"] = most(workshop, 1 if quick else 2)
    found["attach"] = attach(workshop, 3 if quick else 5)
    found["many"] = many(workshop, 1)
    return found


def stet(workshop, pid, what, out, *options):
    return workshop.stet("trace", "-p", pid, *options, *TAKEN[what][0][:-1], "libcalls.so:" + TAKEN[what][0][-1], stdout=out)


def bpftrace(workshop, pid, what, out, environment=WIDE):
    return workshop.bpftrace(TAKEN[what][1], "-p", pid, stdout=out, environment=environment)


TRACERS = {"stet": stet, "bpftrace": bpftrace}


def added(workshop, rounds):
    """Nanoseconds that a call takes more: 100 calls timed together, 5 ms apart."""
    found = {}
    for turn in range(rounds):
        with workshop.target("cost", FUNCTION, 100, 5000) as target:
            base = target.nanos(2)
            for what in TAKEN:
                for name, tracer in TRACERS.items():
                    with workshop.null() as null, tracer(workshop, target.pid, what, null):
                        target.await_cost(lambda nanos: nanos > base * 5 + 100)
                        found.setdefault(f"{what} {name}", []).append(target.nanos(2) - base)
                    target.await_cost(lambda nanos: nanos < base * 5 + 100)
        say(f"  added, round {turn + 1}: " + ", ".join(f"{name} {values[-1]:.0f}" for name, values in found.items()))
    return {name: spread(values) for name, values in found.items()}


def cpu(workshop, rounds, seconds):
    """Seconds of processor that the tracer takes for a million lines with integers and a text: of what comes first, with all
    compiling in it, and of as much after that."""
    per_second, found = 50_000, {}
    for turn in range(rounds):
        for name, tracer in TRACERS.items():
            with workshop.target("rate", FUNCTION, per_second, 2 * seconds) as target, workshop.null() as null, \
                    tracer(workshop, target.pid, "text", null) as running:
                target.await_trap(FUNCTION, workshop.library)
                taken = [cpu_seconds(running.pid)]
                target.signal(signal.SIGUSR1)
                time.sleep(seconds)
                taken.append(cpu_seconds(running.pid))
                _, done = target.await_line(r"^done calls=(\d+)", seconds + 30)
                taken.append(cpu_seconds(running.pid))
                lines = int(done.group(1)) / 2 / 1e6
                found.setdefault(f"first {name}", []).append((taken[1] - taken[0]) / lines)
                found.setdefault(f"then {name}", []).append((taken[2] - taken[1]) / lines)
        say(f"  cpu, round {turn + 1}: " + ", ".join(f"{name} {values[-1]:.2f} s" for name, values in found.items()))
    return {"perSecond": per_second, "seconds": seconds, **{name: spread(values) for name, values in found.items()}}


STEPS = (25_000, 50_000, 100_000, 150_000, 200_000, 300_000, 400_000)


def most(workshop, rounds):
    """Lines a second without loss, two integers and the text in each: the step is raised until something is lost."""
    found = {name: [] for name in TRACERS}
    for turn in range(rounds):
        for name in TRACERS:
            reached = 0.0
            for step in STEPS:
                achieved, lost = one_rate(workshop, name, step)
                # One loss may be the machine's doing, as when the tracer does not get a processor for a while.
                if lost and one_rate(workshop, name, step)[1]:
                    break
                slower = achieved < reached * 1.03
                reached = max(reached, achieved)
                if slower:
                    break  # the target cannot call any faster
            found[name].append(reached)
        say(f"  rate, round {turn + 1}: " + ", ".join(f"{name} {values[-1]:.0f}/s" for name, values in found.items()))
    return {name: spread(values) for name, values in found.items()}


def one_rate(workshop, name, per_second, seconds=3):
    path = workshop.directory / "output"
    with workshop.target("rate", FUNCTION, per_second, seconds) as target:
        with open(path, "wb") as out, TRACERS[name](workshop, target.pid, "text", out) as running:
            target.await_trap(FUNCTION, workshop.library)
            target.signal(signal.SIGUSR1)
            _, done = target.await_line(r"^done calls=(\d+) nanos=(\d+)", seconds + 30)
            if name == "bpftrace":
                time.sleep(1)  # to read what is left
        calls, nanos = int(done.group(1)), int(done.group(2))
        seen = int(subprocess.run(["grep", "-c", "f_push", path], capture_output=True, text=True).stdout or 0)
    os.truncate(path, 0)
    return calls / (nanos / 1e9), seen < calls


def attach(workshop, rounds):
    """Milliseconds from the command to the first line, for a function that is called every millisecond."""
    found = {}
    with workshop.target("paced", FUNCTION, 1000) as target:
        for turn in range(rounds + 1):
            for what in ("text", "both"):
                for name in TRACERS:
                    options = ("--count", 1) if name == "stet" else (SHORT,)
                    with TRACERS[name](workshop, target.pid, what, None, *options) as running:
                        moment, _ = running.await_line(r" f_push[ (]")
                    if turn > 0:  # the first one is to warm the page cache
                        found.setdefault(f"{what} {name}", []).append((moment - running.started) * 1e3)
    say("  attach: " + ", ".join(f"{name} {sorted(values)[len(values) // 2]:.0f} ms" for name, values in found.items()))
    return {name: spread(values) for name, values in found.items()}


def many(workshop, rounds):
    """Milliseconds from the command until it says that it is attached, for 1,000 functions of one program. Each has a program of
    its own: bpftrace takes minutes to detach, and is not waited for."""
    source = workshop.directory / "many.c"
    subprocess.run([SOURCES / "many.py", source, str(MANY)], check=True)
    found = {}
    for turn in range(rounds):
        for what in ("entry", "both"):
            for name in TRACERS:
                program = workshop.directory / f"many-{turn}-{what}-{name}"
                subprocess.run(["gcc", "-O2", "-o", program, source], check=True)
                with workshop.other_target(program) as target:
                    running = all_of(workshop, name, what, target.pid, program)
                    moment, _ = running.await_line(r"^(stet: )?attached", 120)
                    trapped = target.trapped("work_", program)
                    running.signal(signal.SIGINT if name == "stet" else signal.SIGKILL)
                if name == "stet":
                    running.wait()
                if trapped != MANY:
                    raise RuntimeError(f"{name}: {trapped} of {MANY} functions are probed")
                found.setdefault(f"{what} {name}", []).append((moment - running.started) * 1e3)
        say(f"  many, round {turn + 1}: " + ", ".join(f"{name} {values[-1]:.0f} ms" for name, values in found.items()))
    return {name: spread(values) for name, values in found.items()}


def all_of(workshop, name, what, pid, program):
    if name == "stet":
        return workshop.stet("trace", "-p", pid, *(["--no-returns", "work_*()"] if what == "entry" else ["work_*() -> ret"]))
    # What BEGIN prints is read once everything is attached.
    script = f'BEGIN {{ printf("attached\\n"); }} uprobe:{program}:work_* {{ @ = count(); }}'
    if what == "both":
        script = script.replace("@ = count();", "@start[tid] = nsecs;") + \
            f" uretprobe:{program}:work_* {{ @ = hist(nsecs - @start[tid]); }}"
    return workshop.bpftrace(script, "-p", pid, environment={"BPFTRACE_MAX_PROBES": "4096"})
