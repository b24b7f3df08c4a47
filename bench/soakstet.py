"""One life of `stet run`, from its start to its end: what it said, and what it holds."""

import collections
import json
import os
import re
import signal
import subprocess
import threading
import time

from machine import HOME

PACK = """apiVersion: stet.dev/v1alpha1
kind: ProbePack
metadata: {name: soak, summary: functions of the targets}
spec:
  binary: {executable: "*"}
  probes:
    - function: ["work", "work_*", "main.work"]
      rate: 20
"""


class Life:
    """What it says on standard output is read by a thread; calls are only counted."""

    def __init__(self, workshop, stage, policy, log, accused):
        command = [HOME / "stet", "run", "--json", "--exe", f"{stage.directory}/in/**", "--policy", policy.directory,
                   "--state", stage.directory / "state", "--packs", stage.directory / "packs"]
        self.events = collections.Counter()
        self.verdicts, self.suspected = {}, []
        self.serious, self.samples, self.accused = [], [], accused
        self.ready = threading.Event()
        self.started = time.monotonic()
        self.log = log
        with open(log, "ab") as errors:
            self.process = subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                            stderr=errors, env=workshop.environment, start_new_session=True)
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    @property
    def pid(self):
        return self.process.pid

    def age(self):
        return time.monotonic() - self.started

    def _read(self):
        for line in self.process.stdout:
            if line.startswith(b'{"type":"call"'):
                self.events["call"] += 1
                continue
            try:
                event = json.loads(line)
            except ValueError:
                # The last line of what was killed may be cut short.
                self.events["cut line"] += 1
                continue
            self._hear(event)

    def _hear(self, event):
        kind = event["type"]
        self.events[kind] += 1
        if kind == "verdict":
            aspects = event.get("aspects", [])
            exempt = "all" if "all" in aspects else "returns" if "returns" in aspects else "other"
            self.verdicts[event["pid"]] = exempt if event["verdict"] == "exempt" else event["verdict"]
        elif kind in ("attached", "detached"):
            self.events[f"{kind} {event.get('why', '')}".strip()] += 1
        elif kind == "policy":
            self.events[f"policy {event['state']}"] += 1
            if event["state"] == "applied":
                self.ready.set()
        elif kind == "suspected":
            self.suspected.append(event["file"])
        elif kind == "leftover":
            self.events[f"leftover {event['state']}"] += event["breakpoints"]
            if event["state"] == "foreign":
                self.serious.append(f"it took our own breakpoints for another tool's: {event}")
        elif kind == "guardian":
            self.events[f"guardian {event['decision']}"] += 1
            if event["decision"] == "quarantine":
                self._accused(event)
        elif kind in ("vanished", "rollout"):
            self.serious.append(f"{kind}: {event}")
        elif kind == "notice":
            self.events["notice " + re.sub(r"[0-9]+", "N", event["text"])[:120]] += 1

    def _accused(self, event):
        """A program whose processes answer by their exit status may be accused by one; nothing here dies by a signal."""
        if os.path.basename(event["exe"]) == "family" and " ended by exit " in event["why"]:
            self.accused.add(event["exe"])
        else:
            self.serious.append(f"the guardian accuses a program that nobody harmed: {event}")

    def said(self):
        """The last lines of standard error."""
        return self.log.read_text(errors="replace").splitlines()[-12:]

    def end(self, number, seconds):
        """Its exit code, negative for a signal; None if it did not end in time, and was killed."""
        self.process.send_signal(number)
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(60)
            code = None
        self.reader.join(10)
        return code
