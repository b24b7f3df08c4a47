"""The driver of the soak: does things at random, and compares what is with what must be."""

import collections
import json
import os
import random
import signal
import subprocess
import sys
import time

from machine import HOME
from soakbytes import Text, descriptors, links, live_heap
from soakpolicy import Policy, Rule
from soakstage import PATIENCE, STORMS, Stage
from soakstet import PACK, Life

SETTLE = 120  # seconds until what must be is: an ended exemption gives probes to one process first, 5 s before the others
LIVES = (8, 15, 30, 60, 120, 300, 600)  # seconds
MAX_VIOLATIONS = 50
MAX_THREADS = 140  # 26 or so, and for some seconds 64 that detach
RESIDENTS = (("alpha", "plain", 0), ("alpha", "threads", 0), ("alpha", "plain", 65534), ("beta", "plain", 0), ("beta", "forks", 0),
             ("beta", "execs", 0), ("gamma", "threads", 65534), ("gamma", "plain", 0), ("gamma", "forks", 65534),
             ("outside", "plain", 0), ("outside", "forks", 0))


class Soak:
    def __init__(self, workshop, minutes, seed, report, say):
        self.random, self.seed, self.minutes, self.report, self.say = random.Random(seed), seed, minutes, report, say
        self.workshop, self.directory = workshop, workshop.directory / "soak"
        self.directory.mkdir()
        workshop.directory.chmod(0o755)
        self.done, self.checked, self.heard = collections.Counter(), collections.Counter(), collections.Counter()
        self.violations, self.lives, self.recent = [], [], collections.deque(maxlen=12)
        self.settling, self.running, self.residents = [], [], []
        self.accused = set()  # programs in quarantine, for an hour and more
        self.life, self.life_ends, self.stopping, self.finishing = None, 0.0, False, False
        self.stage = Stage(self.directory, say)
        (self.directory / "packs").mkdir()
        (self.directory / "packs/soak.yaml").write_text(PACK)
        self.policy = Policy(self.directory / "policy")
        self.begun = time.monotonic()

    # --- the run

    def run(self):
        self.begun = time.monotonic()
        end, told, calm = self.begun + self.minutes * 60, self.begun, self.begun + 15
        try:
            for which, how, uid in RESIDENTS:
                self.residents.append(self.stage.resident(which, how, "--common", uid=uid))
            self.start_stet()
            while time.monotonic() < end and not self.stopping and len(self.violations) < MAX_VIOLATIONS:
                self.act()
                self.look_at_targets()
                self.look_at_stet()
                if time.monotonic() > calm:
                    self.check()
                    calm = time.monotonic() + self.random.uniform(10, 25)
                if time.monotonic() > told + 10:
                    told = time.monotonic()
                    self.progress()
                time.sleep(self.random.uniform(0.05, 0.6))
            self.finish()
        finally:
            self.clear()
        return self.summary()

    def finish(self):
        """All targets end as they must; so does Stet, and nothing is left of it."""
        self.finishing = True
        if self.life is None:
            self.start_stet()
        self.check()
        for target in self.running:
            if target.released is None:
                self.await_ready(target)
        deadline = time.monotonic() + PATIENCE
        while self.running and time.monotonic() < deadline:
            self.look_at_targets()
            time.sleep(0.2)
        self.end_stet("term")
        for resident in list(self.residents):
            self.end_resident(resident)

    def clear(self):
        for target in [*self.running, *self.residents]:
            target.end()
        if self.life and self.life.process.poll() is None:
            self.life.process.send_signal(signal.SIGCONT)
            if self.life.end(signal.SIGTERM, 60) is None:
                self.say("Stet had to be killed")

    def violation(self, kind, text):
        moment = time.monotonic() - self.begun
        self.violations.append({"kind": kind, "at": round(moment, 1), "text": text, "before": list(self.recent),
                                "rules": [str(rule) for rule in self.policy.rules.values()],
                                "stet": self.life.said() if self.life else []})
        self.say(f"VIOLATION after {moment:.1f} s, seed {self.seed}: {kind}: {text}")

    def note(self, what, detail=""):
        self.done[what] += 1
        self.recent.append(f"{time.monotonic() - self.begun:.1f} s: {what} {detail}".rstrip())

    def progress(self):
        spent = (time.monotonic() - self.begun) / 60
        rss = f", {self.life.samples[-1]['rssKb'] // 1024} MB" if self.life and self.life.samples else ""
        text = (f"{spent:5.1f} min: {sum(self.done.values())} actions, {sum(self.checked.values())} checks, "
                f"{self.done['start stet']} lives, {len(self.violations)} violations{rss}")
        self.say(text)

    # --- what is done

    def act(self):
        actions = {self.start_target: 30, self.start_storm: 2, self.write_rule: 16, self.remove_rule: 14, self.spoil: 2, self.pause_stet: 3,
                   self.replace_resident: 4}
        action = self.random.choices(list(actions), list(actions.values()))[0]
        action()
        if self.policy.broken and self.random.random() < 0.2:
            self.note("repair the policy")
            self.policy.repair()

    def start_target(self):
        if len(self.running) >= 5:
            return
        target = self.stage.start(self.random.choice(self.stage.programs))
        target.until = time.monotonic() + self.random.choice((0, 0.5, 2, 5, 30))
        self.running.append(target)
        self.note("start a target", target.name)

    def start_storm(self):
        if not any(target.program in STORMS for target in self.running):
            for program in STORMS:
                target = self.stage.start(program)
                self.running.append(target)
                self.note("start a storm", target.name)

    def write_rule(self):
        if self.policy.broken or len(self.policy.rules) >= 5:
            return
        self.policy_change(self.random_rule())

    def random_rule(self):
        clause, value = self.random.choice((
            ("exe", str(self.stage.residents["alpha"])), ("exe", f"{self.directory}/in/beta/**"), ("exe", f"{self.directory}/in/zoo/**"),
            ("name", "res-*"), ("name", "stacks"), ("comm", "res-gamma"), ("comm", "res-a*"), ("comm", "goroutines"), ("args", "threads"),
            ("args", "forks"), ("args", "--common"), ("args", "execs"), ("uid", 65534), ("uid", 0)))
        aspects = self.random.choice((["all"], ["all"], ["returns"]))
        seconds = self.random.choice((None, None, 3, 10, 40))
        again = self.random.random() < 0.2 and self.policy.rules
        name = self.random.choice(list(self.policy.rules)) if again else self.policy.next_name()
        return Rule(name, clause, value, aspects, None if seconds is None else int(time.time()) + seconds)

    def policy_change(self, rule):
        self.note("change a rule" if rule.name in self.policy.rules else "write a rule", str(rule))
        if rule.expires is not None:
            self.done["of these, rules that expire"] += 1
        self.random.choice((self.policy.write, self.policy.write_in_place))(rule)

    def remove_rule(self):
        if not self.policy.broken and self.policy.rules:
            name = self.random.choice(list(self.policy.rules))
            self.note("remove a rule", name)
            self.policy.remove(name)

    def spoil(self):
        # What is in force must be known: all that was written so far has been read.
        if not self.policy.broken and self.life and self.settle():
            self.note("write a wrong policy")
            self.policy.spoil()

    def pause_stet(self):
        if self.life and self.life.ready.is_set():
            seconds = self.random.choice((0.05, 0.3, 1, 3))
            self.note("stop Stet for a while", f"{seconds} s")
            self.life.process.send_signal(signal.SIGSTOP)
            time.sleep(seconds)
            self.life.process.send_signal(signal.SIGCONT)

    def replace_resident(self):
        resident = self.random.choice(self.residents)
        self.note("replace a resident", f"{resident.name} {resident.pid}")
        self.end_resident(resident)
        self.residents.append(self.stage.resident(resident.which, *resident.arguments, uid=resident.uid))

    def end_resident(self, resident):
        self.residents.remove(resident)
        end = time.monotonic() + PATIENCE
        while not resident.is_ready() and time.monotonic() < end and resident.process.poll() is None:
            time.sleep(0.05)  # it would not hear SIGTERM yet
        resident.process.send_signal(signal.SIGTERM)
        try:
            resident.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.violation("harm", f"{resident.name} ({resident.pid}) does not end")
            resident.end()
        self.checked["residents that ended as they must"] += 1
        outcome = resident.outcome()
        if outcome != [0, ["result wrong=0"]]:
            self.violation("harm", f"{resident.name} ({resident.pid}, {resident.path}) ended with {outcome}")

    # --- Stet's lives

    def start_stet(self):
        self.note("start stet")
        self.life = Life(self.workshop, self.stage, self.policy, self.directory / "stet.log", self.accused)
        self.life_ends = time.monotonic() + self.random.choice(LIVES)

    def look_at_stet(self):
        if self.life is None:
            if self.random.random() < 0.5:
                self.start_stet()
            return
        code = self.life.process.poll()
        if code is not None:
            self.violation("stet", f"it ended by itself with {code}: {self.life.said()}")
            self.life_over()
        elif self.life.suspected:
            # It blames the files that the killed one was reading, for a day: as a person would, say that it was us.
            self.note("forget whom a killed Stet had blamed", " ".join(self.life.suspected))
            self.end_stet("term")
            (self.directory / "state/journal").unlink(missing_ok=True)
            self.start_stet()
        elif self.quarantines():
            self.acquit()
        elif time.monotonic() > self.life_ends:
            how = self.random.choice(("term", "int", "kill", "kill", "detaching", "detaching"))
            if how == "detaching" and self.policy.broken:
                how = "kill"
            self.end_stet(how)

    def acquit(self):
        """As a person would who knows better: the program's storms are to be probed again."""
        for file in self.quarantines():
            file.unlink(missing_ok=True)
            self.note("end a quarantine", file.name)
        self.accused.clear()

    def quarantines(self):
        return list((self.directory / "state/quarantine.d").glob("quarantine-family-*.yaml"))

    def end_stet(self, how):
        self.note(f"end stet: {how}")
        life = self.life
        if how == "detaching":
            self.policy.write(Rule(self.policy.next_name(), "exe", f"{self.directory}/in/**", ["all"], int(time.time()) + 20))
            time.sleep(self.random.uniform(0.01, 0.12))
        if how in ("kill", "detaching"):
            life.end(signal.SIGKILL, 60)
            self.life_over()
            time.sleep(1)
            self.count_leftovers()
            return
        wanted = {"term": (signal.SIGTERM, 143), "int": (signal.SIGINT, 130)}[how]
        began = time.monotonic()
        code = life.end(wanted[0], 120)
        self.checked["ends of Stet"] += 1
        self.settling.append(("end", time.monotonic() - began))
        if code != wanted[1]:
            self.violation("stet", f"{wanted[0].name}: it ended with {code}, not {wanted[1]}, after {time.monotonic() - began:.1f} s: {life.said()}")
        self.life_over()
        for target in self.watched():
            text = self.text(target)
            self.checked["processes without a breakpoint after Stet's end"] += 1
            if text and (text.all_breakpoints() or text.all_changed()):
                self.violation("bytes", f"after {how} {target.name} ({target.pid}) has {show(text)}")

    def life_over(self):
        life, self.life = self.life, None
        self.lives.append({"seconds": round(life.age(), 1), "samples": life.samples})
        self.heard.update(life.events)
        for text in life.serious:
            self.violation("stet", text)

    def count_leftovers(self):
        left = sum(text.all_breakpoints() for text in map(self.text, self.watched()) if text)
        if left:
            self.done["kills that left breakpoints"] += 1
            self.done["breakpoints that kills left"] += left
            self.recent.append(f"{left} breakpoints were left by the kill")

    # --- what must be

    def look_at_targets(self):
        now = time.monotonic()
        for target in list(self.running):
            code = target.process.poll()
            if code is not None:
                self.running.remove(target)
                self.checked["targets that ended as they do alone"] += 1
                outcome = target.outcome()
                if outcome != self.stage.alone[target.program]:
                    self.violation("harm", f"{target.name} ({target.pid}) ended with {outcome}, alone {self.stage.alone[target.program]}")
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
        done = subprocess.run([str(HOME / "stet"), "explain", "--json", "--policy", str(self.policy.directory), "--state",
                               str(self.directory / "state"), str(target.pid)], capture_output=True, text=True, env=self.workshop.environment)
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
        for what, room in (("fds", 40), ("maps", 40), ("progs", 60), ("perf", 8), ("mappings", 300), ("mapKb", 65536)):
            if now[what] > first[what] * 1.5 + room:
                self.violation("growth", f"{what} grew from {first[what]} to {now[what]} in {life.age():.0f} s")
        if now["threads"] > MAX_THREADS:
            self.violation("growth", f"{now['threads']} threads")
        if now["heapKb"] and first["heapKb"] and now["heapKb"] > first["heapKb"] * 2 + 65536:
            self.violation("growth", f"what lives in the heap grew from {first['heapKb']} kB to {now['heapKb']} kB in {life.age():.0f} s")
        if now["rssKb"] > 700 * 1024:
            self.violation("growth", f"resident memory is {now['rssKb'] // 1024} MB")

    def wrong_links(self, life):
        """What the kernel says of the links that Stet holds: none twice, none of who has ended or is exempt."""
        found = links(life.pid)
        places = collections.Counter(pid for pid, *_ in found)
        # In `code` of the zoo two functions share their RET, which is two probes at one place.
        wrong = [f"{pid} has {path}+{at:#x} {times} times" for (pid, path, at, _), times in found.items()
                 if times > 1 and not path.endswith("/zoo/code")]
        wrong += [f"{count} places of {pid}, which has ended" for pid, count in places.items() if not os.path.exists(f"/proc/{pid}")]
        wrong += [f"{places[target.pid]} places of {target.name} ({target.pid}), which is {self.policy.verdict(target)}"
                  for target in self.watched() if target.pid in places and self.policy.verdict(target) in ("all", "outside")]
        return wrong

    # --- the end

    def summary(self):
        if self.life is not None:
            self.life_over()
        seconds = time.monotonic() - self.begun
        times = {kind: sorted(value for which, value in self.settling if which == kind) for kind in ("settle", "end")}
        longest = max(self.lives, key=lambda life: life["seconds"], default={"seconds": 0, "samples": []})
        found = {"seed": self.seed, "minutes": round(seconds / 60, 1), "done": dict(self.done), "checked": dict(self.checked),
                 "heard": dict(self.heard.most_common()), "violations": self.violations,
                 "seconds": {kind: {"median": round(value[len(value) // 2], 2), "longest": round(value[-1], 2), "count": len(value)}
                             for kind, value in times.items() if value},
                 "longestLife": longest, "lives": self.lives}
        self.report.write_text(json.dumps(found, indent=1) + "\n")
        self.say(f"\n{seconds / 60:.1f} minutes, seed {self.seed}")
        for title, counts in (("done", self.done), ("checked", self.checked)):
            self.say(f"{title}:")
            for what, count in sorted(counts.items(), key=lambda item: -item[1]):
                self.say(f"  {count:8,}  {what}")
        for kind, value in times.items():
            if value:
                title = "until all was as it must be" if kind == "settle" else "until Stet had ended"
                self.say(f"{title}: median {value[len(value) // 2]:.1f} s, longest {value[-1]:.1f} s")
        if longest["samples"]:
            self.say(f"longest life, {longest['seconds']:.0f} s: first {longest['samples'][0]}")
            self.say(f"  last {longest['samples'][-1]}")
        self.say(f"violations: {len(self.violations)}; all of it: {self.report}")
        return 1 if self.violations else 0


def show(text):
    return ", ".join([f"{len(points)} breakpoints in {path}" for path, points in text.breakpoints.items() if points]
                     + [f"{len(others)} changed bytes in {path}" for path, others in text.changed.items() if others])
