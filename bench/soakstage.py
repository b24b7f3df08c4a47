"""The targets of the soak: programs of the zoo, which run once and must end as they do alone, and residents, which stay."""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import time

from machine import HOME, SOURCES
from soakbytes import Functions

ZOO = HOME / "it/targets/zoo"
C = ["-O2", "-g", "-pthread"]
PATTERN = r"work|work_.*|main\.work"
PATIENCE = 180  # seconds; the machine may be busy with other things
STACKS = ("swapcontext", "assembly", "recursion 70", "recursion 300", "longjmp", "alternate", "storm", "backtrace",
          "tail", "threads 200")
FAMILY = ("fork", "vfork", "spawn", "shared", "short 200", "forks 60", "execs 60", "leader")
GO = ("grow", "switch", "panic", "goexit")
STORMS = ("family short 1500", "family forks 400", "family execs 400")


class Target:
    """A process of ours. Its output goes to a file, for its children may outlive it."""

    def __init__(self, stage, path, arguments, inside=True, uid=0):
        self.path, self.arguments, self.inside, self.uid = str(path), list(arguments), inside, uid
        self.name = " ".join([os.path.basename(self.path), *self.arguments])
        self.output = stage.next_output()
        with open(self.output, "wb") as out:
            self.process = subprocess.Popen([self.path, *self.arguments], stdin=subprocess.DEVNULL, stdout=out,
                                            stderr=subprocess.STDOUT, start_new_session=True, user=uid if uid else None)
        self.started, self.released, self.until = time.monotonic(), None, 0.0

    @property
    def pid(self):
        return self.process.pid

    def is_ready(self):
        return self.output.read_bytes().startswith(b"ready ")

    def release(self):
        self.process.send_signal(signal.SIGUSR1)
        self.released = time.monotonic()

    def outcome(self):
        """Its status and what it said, once it has ended."""
        lines = self.output.read_text(errors="replace").splitlines()
        self.output.unlink()
        return [self.process.returncode, [line for line in lines if not line.startswith("ready ")]]

    def end(self):
        """Ends it, with all of its session, whatever it does."""
        if self.process.poll() is None:
            os.killpg(self.pid, signal.SIGKILL)
            self.process.wait(60)


class Stage:
    """The programs, compiled below one directory: what is in `in` is traced, what is in `out` is not."""

    def __init__(self, directory, say):
        self.directory, self.outputs = directory, 0
        directory.chmod(0o755)
        for name in ("in/zoo", "out", "outputs"):
            (directory / name).mkdir(parents=True)
        (directory / "outputs").chmod(0o777)
        zoo = directory / "in/zoo"
        compile_c = lambda name, *more: run("gcc", *C, ZOO / f"{name}.c", "-o", zoo / name, *more, "-ldl")
        for name in ("stacks", "family", "place", "code"):
            compile_c(name)
        run("g++", *C, ZOO / "throws.cc", "-o", zoo / "throws")
        programs = [f"stacks {mode}" for mode in STACKS] + [f"family {mode}" for mode in FAMILY] + ["place", "code", "throws"]
        if shutil.which("rustc"):
            run("rustc", "-O", "-g", "--crate-name", "panics", ZOO / "panics.rs", "-o", zoo / "panics")
            programs.append("panics")
        if shutil.which("go"):
            environment = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "", "GOPROXY": "off", "GOTOOLCHAIN": "local"}
            environment.setdefault("GOCACHE", str(directory / "go-cache"))
            run("go", "build", "-trimpath", "-buildvcs=false", "-o", zoo / "goroutines", ".", cwd=ZOO / "go", env=environment)
            programs += [f"goroutines {mode}" for mode in GO]
        self.programs = programs
        self.residents = {}
        for name in ("alpha", "beta", "gamma"):
            place = directory / "in" / name / f"res-{name}"
            place.parent.mkdir()
            run("gcc", *C, f"-DBUILD_OF={name}", SOURCES / "resident.c", "-o", place)
            self.residents[name] = place
        self.outsider = directory / "out/res-outside"
        shutil.copy(self.residents["alpha"], self.outsider)  # the same build, elsewhere
        self.functions = {str(path): Functions(path, PATTERN) for path in [*self.residents.values(), *zoo.iterdir()]}
        self.alone = {}
        for program in [*programs, *STORMS]:
            self.alone[program] = self._alone(program)
            say(f"  alone: {program}: {self.alone[program]}")

    def next_output(self):
        self.outputs += 1
        return self.directory / "outputs" / str(self.outputs)

    def start(self, program):
        name, *arguments = program.split()
        target = Target(self, self.directory / "in/zoo" / name, arguments)
        target.program = program
        return target

    def _alone(self, program):
        target = self.start(program)
        try:
            end = time.monotonic() + PATIENCE
            while not target.is_ready() and time.monotonic() < end:
                time.sleep(0.01)
            target.release()
            target.process.wait(PATIENCE)
        finally:
            target.end()
        outcome = target.outcome()
        if outcome[0] != 0 or not any(line.startswith("result ") for line in outcome[1]):
            raise RuntimeError(f"{program} fails alone: {outcome}")
        return outcome

    def resident(self, which, *arguments, uid=0):
        path = self.outsider if which == "outside" else self.residents[which]
        target = Target(self, path, arguments, inside=which != "outside", uid=uid)
        target.which = which
        return target


def run(*command, **options):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))} failed: {done.stderr[-2000:]}")
