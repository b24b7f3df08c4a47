"""Results as JSON, as docs/performance.md and as a part of README.md. Rows in which the peer is ahead come first."""

import json
import re

from facts import gathered
from machine import HOME
from node import noded
from policy import decided
from policylive import exempted
from stalls import stalled

BEGIN, END = "<!-- bench/run writes what follows -->", "<!-- bench/run wrote what precedes -->"


def path(quick):
    return HOME / "bench/results" / ("quick.json" if quick else "latest.json")


def read(quick):
    return json.loads(path(quick).read_text()) if path(quick).exists() else {}


def write_json(results, quick):
    path(quick).parent.mkdir(exist_ok=True)
    path(quick).write_text(json.dumps(results, indent=1) + "\n")


class Row:
    """One comparison.

    stet, peer: what machine.spread made; more: more is better
    """

    def __init__(self, what, stet, peer, unit, more=False, scale=1, digits=None):
        self.what, self.stet, self.peer, self.unit, self.scale, self.digits = what, stet, peer, unit, scale, digits
        ahead = stet["median"] > peer["median"] if more else stet["median"] < peer["median"]
        worse, better = max(stet["median"], peer["median"]), min(stet["median"], peer["median"])
        self.ratio = (worse / better if better > 0 else float("inf")) * (1 if ahead else -1)

    def value(self, spread):
        show = lambda number: number_text(number / self.scale, self.digits)
        return f"{show(spread['median'])} {self.unit} ({show(spread['low'])}-{show(spread['high'])})"

    def text(self):
        ahead = "Stet" if self.ratio > 0 else "bpftrace"
        by = f"about even" if abs(self.ratio) < 1.1 else f"{ahead}, {abs(self.ratio):.1f}x"
        return f"| {self.what} | {self.value(self.stet)} | {self.value(self.peer)} | {by} |"


def number_text(number, digits):
    if digits is not None:
        return f"{number:,.{digits}f}"
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.1f}" if abs(number) >= 10 else f"{number:.2f}"


def rows(results):
    found = []
    if "start" in results:
        s = results["start"]
        found += [
            Row("From command to first event, entry and return", s["stet"]["first"], s["bpftrace_both"]["first"], "ms"),
            Row("From command to first event, entry only", s["stet_entry"]["first"], s["bpftrace"]["first"], "ms"),
            Row("The same until it has detached and ended, entry and return", s["stet"]["exit"], s["bpftrace_both"]["exit"], "ms"),
        ]
    for function, how in (("f_push", "`push`, emulated"), ("f_sub", "`sub`, single-stepped")):
        if "cost" in results:
            c = results["cost"]
            for kind, name in (("entry", "entry"), ("both", "entry + return")):
                found.append(Row(f"Added to a call, {name}, function begins with {how}", c[f"{function} {kind} stet"],
                                 c[f"{function} {kind} bpftrace"], "ns", digits=0))
    if "rate" in results:
        r = results["rate"]
        k = dict(unit="k/s", more=True, scale=1000, digits=0)
        found += [
            Row("Events a second without loss, a line of text each", r["stet text"], r["bpftrace"], **k),
            Row("The same, bpftrace given 32 MB of buffers a CPU", r["stet text"], r["bpftrace 32 MB"], **k),
            Row("The same, Stet writing JSON", r["stet json"], r["bpftrace 32 MB"], **k),
        ]
    if "neighbour" in results:
        n = results["neighbour"]["ratio"]
        x = dict(unit="x", digits=2)
        found += [
            Row("A neighbour's calls while another process is traced by pid", n["stet -p"], n["bpftrace -p"], **x),
            Row("An exempt process's calls, all others being traced", n["stet exempt"], n["bpftrace filter"], **x),
        ]
    if "memory" in results:
        m = results["memory"]
        one = lambda value: {"median": value, "low": value, "high": value}
        row = Row("Resident memory", one(m["stet run"]["VmRSS"]), one(m["bpftrace"]["VmRSS"]), "MB", digits=0)
        row.what = f"Resident memory after {m['seconds']} s: `stet run` on {m['processes']} processes (peak " \
                   f"{m['stet run']['VmHWM']:.0f} MB); bpftrace with the same {m['peer functions']} C functions"
        row.value = lambda value: f"{value['median']:.0f} MB"
        found.append(row)
    return sorted(found, key=lambda row: row.ratio > -1.1)


def table(results):
    lines = ["| What | Stet | bpftrace | Ahead |", "| --- | --- | --- | --- |"]
    return "\n".join(lines + [row.text() for row in rows(results)])


ANALYSES = {
    "functions stripped Go": "All functions of a stripped Go program",
    "functions": "All functions with sizes, unstripped",
    "signature": "Parameters of one function, from DWARF",
    "returns libc": "Exits of every function of libc",
    "returns large Go": "Exits of every function of a large Go program",
}


def analyses(results):
    """Stet's own times beside those of all tools that can answer."""
    found = results.get("analysis", {})
    lines = ["| What | File | Stet, warm | Stet, one command | Others | Stet beside the fastest: warm, cold |",
             "| --- | --- | --- | --- | --- | --- |"]
    show = lambda value: f"{number_text(value['median'], None)} ms ({number_text(value['low'], None)}-{number_text(value['high'], None)})"
    for name, title in ANALYSES.items():
        if name not in found:
            continue
        it = found[name]
        peers = {label: value for label, value in it.items() if isinstance(value, dict) and not label.startswith("stet")}
        least = min((value["median"] for value in peers.values()), default=None)
        beside = lambda label: "-" if least is None or label not in it else f"{least / it[label]['median']:.1f}x"
        others = "; ".join(f"{label}: {show(value)}" for label, value in peers.items()) or "none here can"
        cold = show(it["stet cold"]) if "stet cold" in it else "-"
        lines.append(f"| {title} ({it['found']:,} found) | {it['file']}, {it['bytes'] / 1e6:,.0f} MB | {show(it['stet warm'])} | {cold} | "
                     f"{others} | {beside('stet warm')}, {beside('stet cold')} |")
    return "\n".join(lines) if len(lines) > 2 else ""


CAPTURED = {
    "entry": "entry",
    "ints": "entry + two integers",
    "text": "entry + two integers + a text of 64 bytes",
    "both": "the same + return and latency",
    "histogram": "histogram of the latency in the kernel",
}


def captured(results):
    """The same values of the same function, and what issue 4 aims at: Stet's figure beside bpftrace's."""
    if "capture" not in results:
        return ""
    c = results["capture"]
    found = [(Row(f"Added to a call: {name}", *pair(c["added"], what), "ns", digits=0), 1) for what, name in CAPTURED.items()]
    for what, name in (("first", f"the first {c['cpu']['seconds']} s, with compiling"), ("then", "after that")):
        found.append((Row(f"Processor time of the tracer for a million lines, integers and text: {name}", *pair(c["cpu"], what), "s"),
                      0.5))
    found.append((Row("Lines a second without loss, integers and text", c["rate"]["stet"], c["rate"]["bpftrace"], "k/s", more=True,
                      scale=1000, digits=0), None))
    for what, name in (("text", "entry"), ("both", "entry + return")):
        found.append((Row(f"From command to first line, one function, {name}", *pair(c["attach"], what), "ms", digits=0), 1))
    for what, name in (("entry", "entry"), ("both", "entry + return")):
        found.append((Row(f"From command to attached, 1,000 functions, {name}", *pair(c["many"], what), "ms", digits=0), 0.1))
    lines = ["| What, the same values taken | Stet | bpftrace | Stet / bpftrace | Aim |", "| --- | --- | --- | --- | --- |"]
    for row, aim in found:
        ratio = row.stet["median"] / row.peer["median"]
        met = "" if aim is None else f"{'met' if ratio <= aim else '**missed**'}: {aim} at most"
        lines.append(f"| {row.what} | {row.value(row.stet)} | {row.value(row.peer)} | {ratio:.2f} | {met} |")
    rounds = ", ".join(f"{c[part][key]['rounds']} {name}" for part, key, name in (
        ("added", "entry stet", "for a call"), ("cpu", "then stet", "for the tracer's time"), ("rate", "stet", "for the rate"),
        ("attach", "text stet", "for one function"), ("many", "entry stet", "for 1,000")))
    return f"Capture, measured {c['date']} at a load average of {c['load']:.1f}; rounds: {rounds}.\n\n" + "\n".join(lines)


def pair(values, what):
    return values[f"{what} stet"], values[f"{what} bpftrace"]


def conditions(results):
    m = results["machine"]
    loads = [results[p]["load"] for p in ("start", "cost", "neighbour", "rate", "memory") if p in results]
    dates = sorted({results[p]["date"] for p in ("start", "cost", "neighbour", "rate", "memory") if p in results})
    rounds = results.get("cost", {}).get("f_push none", {}).get("rounds", 0)
    return (f"Measured {', '.join(dates)} on Linux {m['kernel']}, {m['cpus']} virtual CPUs ({m['cpu']}), beside {m['peer']}, "
            f"the two turn by turn within each part, at a load average of {min(loads):.1f} to {max(loads):.1f}: trust the ratios, not the "
            f"absolute figures. Median (least-greatest) of 5 to 11 rounds.")


def write_pages(results):
    text = conditions(results) + "\n\n" + table(results)
    replace(HOME / "docs/performance.md", "\n\n".join(filter(None, (text, base(results), captured(results), analyses(results), decided(results),
                                                                  exempted(results), stalled(results), gathered(results),
                                                                  noded(results)))))
    replace(HOME / "README.md", text)
    return text


def base(results):
    """Figures that are nobody's comparison."""
    lines = []
    if "cost" in results:
        c = results["cost"]
        lines.append(f"A call that nobody probes took {c['f_push none']['median']:.1f} ns (`f_push`) and "
                     f"{c['f_sub none']['median']:.1f} ns (`f_sub`); the table has what was added to that.")
    if "neighbour" in results:
        n = results["neighbour"]["nanos"]
        lines.append(f"The neighbour's call took {n['none']['median']:.1f} ns with nobody tracing, {n['stet -p']['median']:.1f} ns "
                     f"beside `stet trace -p`, {n['stet exempt']['median']:.1f} ns exempt from `stet trace --exe`, "
                     f"{n['bpftrace -p']['median']:.1f} ns beside `bpftrace -p` and {n['bpftrace filter']['median']:.0f} ns beside a "
                     f"bpftrace that filters by pid in its script.")
    if "ends" in results.get("rate", {}):
        ends = results["rate"]["ends"]
        lines.append("What ended the climb, in how many rounds: " + "; ".join(
            f"{name}: loss {end['lost']}, the one thread could not call any faster {end['target']}" for name, end in ends.items())
            + ".")
    return "\n\n".join(lines)


def replace(page, text):
    """Puts a text between the page's markers."""
    old = page.read_text()
    if BEGIN not in old or END not in old:
        raise RuntimeError(f"{page} lacks the markers {BEGIN} and {END}")
    page.write_text(re.sub(re.escape(BEGIN) + ".*?" + re.escape(END), lambda _: f"{BEGIN}\n{text}\n{END}", old, flags=re.S))
