"""What a soak came to: a file, and a summary for people."""

import json
import time


def summary(soak):
    """Writes the report and tells of it; the exit code."""
    seconds = time.monotonic() - soak.begun
    times = {kind: sorted(value for which, value in soak.settling if which == kind) for kind in ("settle", "end")}
    longest = max(soak.lives, key=lambda life: life["seconds"], default={"seconds": 0, "samples": []})
    found = {"seed": soak.seed, "minutes": round(seconds / 60, 1), "done": dict(soak.done), "checked": dict(soak.checked),
             "heard": dict(soak.heard.most_common()), "violations": soak.violations,
             "seconds": {kind: {"median": round(value[len(value) // 2], 2), "longest": round(value[-1], 2), "count": len(value)}
                         for kind, value in times.items() if value},
             "longestLife": longest, "lives": soak.lives}
    soak.report.write_text(json.dumps(found, indent=1) + "\n")
    soak.say(f"\n{seconds / 60:.1f} minutes, seed {soak.seed}")
    for title, counts in (("done", soak.done), ("checked", soak.checked)):
        soak.say(f"{title}:")
        for what, count in sorted(counts.items(), key=lambda item: -item[1]):
            soak.say(f"  {count:8,}  {what}")
    for kind, value in times.items():
        if value:
            title = "until all was as it must be" if kind == "settle" else "until Stet had ended"
            soak.say(f"{title}: median {value[len(value) // 2]:.1f} s, longest {value[-1]:.1f} s")
    if longest["samples"]:
        soak.say(f"longest life, {longest['seconds']:.0f} s: first {longest['samples'][0]}")
        soak.say(f"  last {longest['samples'][-1]}")
    soak.say(f"violations: {len(soak.violations)}; all of it: {soak.report}")
    return 1 if soak.violations else 0
