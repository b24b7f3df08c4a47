"""What must be true of targets and of Stet, and whether it is."""

import collections
import json
import os
import subprocess
import time

from machine import HOME
from soakbytes import Text, descriptors, links, live_heap
from soakstage import PATIENCE

SETTLE = 120  # seconds until what must be is: an ended exemption gives probes to one process first, 5 s before the others
MAX_THREADS = 140  # 26 or so, and for some seconds 64 that detach


class Checks:
    """The checking half of the soak. It uses its stage, policy and life, and counts in `checked`."""

    def look_at_targets(self):
        now = time.monotonic()
        for target in list(self.running):
            code = target.process.poll()
            if code is not None:
                self.running.remove(target)
                self.checked["targets that ended as they do alone"] += 1
                outcome = target.outcome()
                if outcome != self.stage.alone[target.program]:
                    alone = self.stage.alone[target.program]
                    self.violation("harm", f"{target.name} ({target.pid}) ended with {outcome}, alone {alone}")
            elif target.released is None:
                if now > target.until and target.is_ready():
                    target.release()
                elif now > target.started + PATIENCE + 60:
                    self.stuck(target)
            elif now > target.released + PATIENCE:
                self.stuck(target)

    def stuck(self, target):
        self.violation("harm", f"{target.name} ({target.pid}) is stuck: {target.output.read_text(errors='replace')[-500:]}")
        self.running.remove(target)
        target.end()

    def await_ready(self, target):
        end = time.monotonic() + PATIENCE
        while not target.is_ready() and target.process.poll() is None and time.monotonic() < end:
            time.sleep(0.05)
        if target.released is None:
            target.release()

    def watched(self):
        """Processes that stay as they are: residents, and targets of the zoo that wait to be told to go on."""
        return self.residents + [target for target in self.running if target.released is None]

    def text(self, target):
        try:
            return Text(target.pid)
        except (OSError, ValueError):
            return None  # it has just ended, or runs another program

    def check(self):
        """Compares everything, once it has had its time; then counts what Stet holds."""
        if self.life is None or not self.settle():
            return
        time.sleep(0.5)
        again = [text for text in self.differences() if "execs" not in text]
        if again and not self.settle():
            return
        deadline = time.monotonic() + 60
        while any(target.released for target in self.running) and time.monotonic() < deadline:
            self.look_at_targets()
            time.sleep(0.1)
        self.checked["calm moments"] += 1
        if self.random.random() < 0.4:
            self.explain(self.random.choice([each for each in self.residents if each.inside]))
        if not any(target.released for target in self.running):
            self.sample()

    def settle(self):
        """Waits until all is as it must be. False, and a violation, if it does not come to be."""
        began = time.monotonic()
        if not self.life.ready.wait(SETTLE):
            self.violation("stet", f"no policy was applied within {SETTLE} s of its start: {self.life.said()}")
            return False
        differences = []
        while time.monotonic() < began + SETTLE and self.life.process.poll() is None and not self.life.suspected and self.patient():
            differences = self.differences()
            self.look_at_targets()
            if not differences:
                self.settling.append(("settle", time.monotonic() - began))
                return True
            time.sleep(0.2)
        if self.life.process.poll() is None and not self.life.suspected and self.patient():
            self.violation("model", f"not within {SETTLE} s: " + "; ".join(differences[:6]))
        return False

    def patient(self):
        """Not if somebody has pressed Ctrl-C; but the last check is made in any case."""
        return self.finishing or not self.stopping

    def differences(self):
        found = []
        if self.quarantines():
            self.acquit()
        for target in self.watched():
            wanted = self.policy.verdict(target)
            text = self.text(target)
            if text is None or target.process.poll() is not None or target.path in self.accused:
                continue
            self.checked["comparisons of a process"] += 1
            name = f"{target.name} ({target.pid})"
            if text.all_changed():
                found.append(f"{name} has {text.all_changed()} changed bytes that are no breakpoints")
            found += [f"{name} must be {wanted}: {what}" for what in self.against(target, text, wanted)]
            said = self.life.verdicts.get(target.pid, "trace")
            if wanted != "outside" and said != wanted:
                found.append(f"{name} must be {wanted}, Stet says {said}")
        return found

    def against(self, target, text, wanted):
        if wanted in ("all", "outside"):
            return [f"it has {show(text)}"] if text.all_breakpoints() else []
        functions, own = self.stage.functions[target.path], text.breakpoints.get(target.path, set())
        others = text.all_breakpoints() - len(own)
        found = [f"{others} breakpoints in libraries"] if others > 8 else []
        stray = [at for at in own if not functions.inside(at)]
        if stray:
            found.append(f"breakpoints outside of the functions that are probed: {stray[:8]}")
        if hasattr(target, "which"):
            must = functions.entries | (functions.returns if wanted == "trace" else set())
            if own != must:
                found.append(f"{len(must - own)} of {len(must)} breakpoints are missing, {len(own - must)} too many")
        elif wanted == "returns" and own - functions.entries:
            found.append(f"{len(own - functions.entries)} breakpoints that are at no function's entry")
        return found

    def explain(self, target):
        """What `stet explain` says must be what the model says."""
        before = self.policy.verdict(target)
        if self.policy.broken or time.time() % 1 > 0.5:
            return  # it reads the directory afresh; or an end may come in between
        command = [HOME / "stet", "explain", "--json", "--policy", self.policy.directory, "--state", self.directory / "state", target.pid]
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True, env=self.workshop.environment)
        if self.policy.verdict(target) != before or target.arguments[0] == "execs":
            return
        self.checked["explanations"] += 1
        try:
            said = json.loads(done.stdout)
        except ValueError:
            self.violation("explain", f"{target.name}: exit {done.returncode}: {done.stdout[-300:]} {done.stderr[-300:]}")
            return
        aspects = said.get("aspects", [])
        verdict = said["verdict"] if said["verdict"] != "exempt" else "all" if "all" in aspects else "returns"
        attached = [each for each in said["attached"] if each["stet"] and not each["everyProcess"]]
        if verdict != before or bool(attached) != (before != "all"):
            self.violation("explain", f"{target.name} must be {before}, it says {verdict} with {len(attached)} attached")

    def sample(self):
        """Descriptors, mappings, threads and memory must not grow while the same is probed."""
        life = self.life
        if life.age() < 10 or life.process.poll() is not None:
            return
        now = {"at": round(life.age(), 1), **descriptors(life.pid), "watched": len(self.watched()), "heapKb": live_heap(life.pid)}
        self.checked["samples of Stet's resources"] += 1
        first = life.samples[0] if life.samples else now
        life.samples.append(now)
        for attempt in range(20):
            wrong = self.wrong_links(life)
            if not wrong:
                break
            time.sleep(1)  # of what has just ended, or whose rule has just come or gone
        else:
            self.violation("descriptors", "; ".join(wrong[:6]))
        for what, room in (("fds", 12), ("maps", 40), ("progs", 60), ("perf", 8), ("mappings", 300), ("mapKb", 65536)):
            if now[what] > first[what] * 1.5 + room:
                self.violation("growth", f"{what} grew from {first[what]} to {now[what]} in {life.age():.0f} s")
        if now["threads"] > MAX_THREADS:
            self.violation("growth", f"{now['threads']} threads")
        if now["heapKb"] and first["heapKb"] and now["heapKb"] > first["heapKb"] * 2 + 65536:
            self.violation("growth", f"the live heap grew from {first['heapKb']} kB to {now['heapKb']} kB in {life.age():.0f} s")
        if now["rssKb"] > 700 * 1024:
            self.violation("growth", f"resident memory is {now['rssKb'] // 1024} MB")

    def wrong_links(self, life):
        """What the kernel says of the links that Stet holds: none twice, none of who has ended or is exempt."""
        found = links(life.pid)
        places = collections.Counter(pid for pid, *_ in found)
        # In `code` of the zoo two functions share their RET, which is two probes at one place.
        wrong = [f"{pid} has {path}+{at:#x} {times} times" for (pid, path, at, _), times in found.items()
                 if times > 1 and not path.endswith("/zoo/code")]
        wrong += [f"{count} places of {pid}, which has ended" for pid, count in places.items()
                  if not os.path.exists(f"/proc/{pid}")]
        wrong += [f"{places[target.pid]} places of {target.name} ({target.pid}), which is {self.policy.verdict(target)}"
                  for target in self.watched() if target.pid in places and self.policy.verdict(target) in ("all", "outside")]
        return wrong


def show(text):
    return ", ".join([f"{len(points)} breakpoints in {path}" for path, points in text.breakpoints.items() if points]
                     + [f"{len(others)} changed bytes in {path}" for path, others in text.changed.items() if others])
