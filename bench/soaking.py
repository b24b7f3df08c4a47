"""The driver of the soak: does things at random, and has compared what is with what must be."""

import collections
import random
import signal
import subprocess
import time

from soakchecks import Checks, show
from soakpolicy import Policy, Rule
from soakreport import summary
from soakstage import PATIENCE, STORMS, Stage
from soakstet import PACK, Life

LIVES = (8, 15, 30, 60, 120, 300, 600)  # seconds
MAX_VIOLATIONS = 50
RESIDENTS = (("alpha", "plain", 0), ("alpha", "threads", 0), ("alpha", "plain", 65534), ("beta", "plain", 0), ("beta", "forks", 0),
             ("beta", "execs", 0), ("gamma", "threads", 65534), ("gamma", "plain", 0), ("gamma", "forks", 65534),
             ("outside", "plain", 0), ("outside", "forks", 0))


class Soak(Checks):
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
        if self.life is not None:
            self.life_over()
        return summary(self)

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
        actions = {self.start_target: 30, self.start_storm: 2, self.write_rule: 16, self.remove_rule: 14, self.spoil: 2,
                   self.pause_stet: 3, self.replace_resident: 4}
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
            ("exe", str(self.stage.residents["alpha"])), ("exe", f"{self.directory}/in/beta/**"),
            ("exe", f"{self.directory}/in/zoo/**"), ("name", "res-*"), ("name", "stacks"), ("comm", "res-gamma"), ("comm", "res-a*"),
            ("comm", "goroutines"), ("args", "threads"), ("args", "forks"), ("args", "--common"), ("args", "execs"),
            ("uid", 65534), ("uid", 0)))
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
            self.violation("stet", f"{wanted[0].name}: it ended with {code}, not {wanted[1]}, after "
                           f"{time.monotonic() - began:.1f} s: {life.said()}")
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
