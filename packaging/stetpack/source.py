"""What is packaged: the version, its time, the JDK that is used, the jars."""

import os
import pathlib
import re
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
HERE = TOP / "packaging"


class Failure(Exception):
    """What went wrong and what to do, and the exit code."""

    def __init__(self, code, text):
        super().__init__(text)
        self.code = code


def version():
    return re.search(r"<version>([^<]+)</version>", (TOP / "pom.xml").read_text()).group(1)


def epoch():
    """Seconds since 1970 that every file and every format gets: SOURCE_DATE_EPOCH, or the last commit's time."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given:
        return int(given)
    told = subprocess.run(["git", "-C", TOP, "-c", f"safe.directory={TOP}", "log", "-1", "--format=%ct"],
                          capture_output=True, text=True)
    if told.returncode != 0:
        raise Failure(66, "no git history to take the time from: set SOURCE_DATE_EPOCH")
    return int(told.stdout)


def jdk():
    """The home of a JDK 25 that can link an image."""
    told = subprocess.run(["sh", "-c", '. "$0/.mvn/find-jdk.sh"; find_jdk25 jlink || { echo "$STET_NO_JDK"; exit 1; }; echo "$JDK"',
                           TOP], capture_output=True, text=True)
    if told.returncode != 0:
        raise Failure(69, told.stdout.strip())
    return pathlib.Path(told.stdout.strip())


def built_jars():
    """The directory of jars that ./stet runs from; it builds them if sources have changed."""
    done = subprocess.run([TOP / "stet"], env={**os.environ, "STET_BUILD_ONLY": "1"})
    if done.returncode != 0:
        raise Failure(70, "the build of the jars failed")
    build = (TOP / "target/dist/stamp").read_text().strip()
    return TOP / "target/dist" / build / "lib"


def run(*command, **options):
    """Runs a tool; what it said is told if it failed."""
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    if done.returncode != 0:
        raise Failure(70, f"{command[0]} failed ({done.returncode}): {done.stdout.strip()[-2000:]}")
    return done.stdout


def say(text):
    print(f"packaging: {text}", file=sys.stderr, flush=True)
