"""What is written into the policy directory, and what must follow from it for each process."""

import fnmatch
import os
import time


class Rule:
    """One exemption, in a file of its own."""

    def __init__(self, name, clause, value, aspects, expires):
        self.name, self.clause, self.value, self.aspects, self.expires = name, clause, value, aspects, expires

    def text(self):
        match = {
            "exe": f'exe: {{glob: "{self.value}"}}',
            "name": f'exe: {{name: "{self.value}"}}',
            "comm": f'comm: ["{self.value}"]',
            "args": f'args: {{contains: ["{self.value}"]}}',
            "uid": f"uid: {self.value}",
        }[self.clause]
        end = "2100-01-01" if self.expires is None else time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.expires))
        return ("apiVersion: stet.dev/v1alpha1\nkind: ProbeExemption\n"
                f"metadata: {{name: {self.name}}}\nspec:\n  reason: soaked\n  owner: soak@example.com\n  expires: {end}\n"
                f"  exempt: [{', '.join(self.aspects)}]\n  match:\n    {match}\n")

    def matches(self, target):
        return {
            "exe": lambda: self.value == target.path or self.value.endswith("/**") and target.path.startswith(self.value[:-2]),
            "name": lambda: fnmatch.fnmatchcase(os.path.basename(target.path), self.value),
            "comm": lambda: fnmatch.fnmatchcase(os.path.basename(target.path)[:15], self.value),
            "args": lambda: self.value in target.arguments,
            "uid": lambda: self.value == target.uid,
        }[self.clause]()

    def holds(self, now):
        return self.expires is None or now < self.expires

    def __str__(self):
        end = "" if self.expires is None else f" for {self.expires - time.time():.0f} s"
        return f"{self.name}: {self.clause} {self.value} {'+'.join(self.aspects)}{end}"


class Policy:
    """The directory, as it was written last and is right."""

    def __init__(self, directory):
        self.directory, self.rules, self.broken, self.count = directory, {}, False, 0
        directory.mkdir()

    def write(self, rule):
        new = self.directory / ".new"
        new.write_text(rule.text())
        new.rename(self.directory / f"{rule.name}.yaml")
        self.rules[rule.name] = rule

    def write_in_place(self, rule):
        """As an editor does that truncates and writes."""
        (self.directory / f"{rule.name}.yaml").write_text(rule.text())
        self.rules[rule.name] = rule

    def remove(self, name):
        (self.directory / f"{name}.yaml").unlink()
        del self.rules[name]

    def spoil(self):
        """One file that is wrong: the set before it stays in force."""
        (self.directory / "wrong.yaml").write_text(
            "apiVersion: stet.dev/v1alpha1\nkind: ProbeExemption\nmetadata: {name: wrong}\nspec: 4\n")
        self.broken = True

    def repair(self):
        (self.directory / "wrong.yaml").unlink()
        self.broken = False

    def next_name(self):
        self.count += 1
        return f"soak-{self.count}"

    def verdict(self, target):
        """`outside`, `trace`, `all` or `returns`: where a process must not be probed at all, or not at its exits."""
        if not target.inside:
            return "outside"
        now = time.time()
        aspects = {aspect for rule in self.rules.values() if rule.holds(now) and rule.matches(target) for aspect in rule.aspects}
        return "all" if "all" in aspects else "returns" if "returns" in aspects else "trace"
