"""The Java that is shipped: no more of the JDK than Stet needs."""

import re

from stetpack.source import Failure, run

# java.sql.rowset and java.naming are named by libraries' descriptors, though nothing of Stet's uses them.
MODULES = ["java.base", "java.logging", "java.naming", "java.net.http", "java.sql", "java.sql.rowset", "jdk.httpserver", "jdk.net",
           "jdk.unsupported"]

# Used if it is there: Jetty's property editors.
OPTIONAL = {"java.desktop"}


def link(jdk, jars, into):
    """Makes the image. Not compressed: packages are compressed as a whole, and each start would unpack its classes."""
    check_modules(jdk, jars)
    run(jdk / "bin/jlink", "--add-modules", ",".join(MODULES), "--strip-debug", "--no-man-pages", "--no-header-files",
        "--output", into)
    # Stet starts `java` and no other tool; what it logs to the console is its own.
    for name in (into / "bin").iterdir():
        if name.name != "java":
            name.unlink()
    for library in [into / "bin/java", into / "lib/jspawnhelper", *into.rglob("*.so")]:
        run("strip", "--strip-unneeded", library)
    for unused in ["lib/jexec", "lib/jrt-fs.jar", "lib/classlist", "lib/server/libjsig.so", "lib/libjsig.so"]:
        (into / unused).unlink(missing_ok=True)


def check_modules(jdk, jars):
    """What classes refer to must be in the image, or known to be optional."""
    told = run(jdk / "bin/jdeps", "--module-path", jars, "--ignore-missing-deps", "--multi-release", "25", "-s",
               *sorted(jars.glob("*.jar")))
    used = set(re.findall(r"-> ((?:java|jdk)\.[\w.]+)$", told, re.MULTILINE))
    missing = used - set(MODULES) - OPTIONAL
    if missing:
        raise Failure(70, f"the jars use modules of the JDK that packaging/stetpack/runtime.py leaves out: {sorted(missing)}")
