"""Licences, and the list of what is inside (CycloneDX)."""

import hashlib
import json
import re
import shutil
import zipfile

from stetpack.source import HERE, TOP, Failure, version


def rows():
    """Name without version -> (group, SPDX licence, file of its text)."""
    text = (HERE / "third-party.tsv").read_text()
    return {row[0]: row[1:] for row in (line.split("\t") for line in text.splitlines() if line and line[0] != "#")}


def components(home):
    """(group, name, version, licence, text, jar or None) of everything that is not ours."""
    known = rows()
    found = []
    for jar in sorted((home / "lib").glob("*.jar")):
        name, number = re.fullmatch(r"(.+?)-(\d.*)\.jar", jar.name).groups()
        if name in known:
            found.append((known[name][0], name, number, known[name][1], known[name][2], jar))
        elif not is_ours(name):
            raise Failure(70, f"{jar.name} has no row in packaging/third-party.tsv: add its group and licence")
    found.append(("dev.cel", "cel", inner("cel", r"<cel.version>([^<]+)<"), *known["cel@cel.version"][1:], None))
    found.append(("info.picocli", "picocli", inner("picocli", r"<artifactId>picocli</artifactId><version>([^<]+)<"),
                  *known["picocli@picocli.version"][1:], None))
    return found


def is_ours(name):
    return (TOP / name / "pom.xml").exists()


def inner(module, pattern):
    return re.search(pattern, (TOP / module / "pom.xml").read_text()).group(1)


def java_version(home):
    return re.search(r'JAVA_VERSION="([^"]+)"', (home / "runtime/release").read_text()).group(1)


def write(home):
    """share/doc/stet: LICENSE, THIRD-PARTY.md, licences/, sbom.cdx.json. The JDK's own are in runtime/legal."""
    place = home / "share/doc/stet"
    (place / "licences").mkdir(parents=True)
    shutil.copy(TOP / "LICENSE", place)
    shutil.copy(TOP / "LICENSE", place / "licences/Apache-2.0.txt")
    lines = ["# What comes with Stet", "", "| What | Version | Licence | Text |", "| --- | --- | --- | --- |"]
    found = components(home)
    for group, name, number, licence, text, jar in found:
        lines.append(f"| {group}:{name} | {number} | {licence} | licences/{text_of(place, name, text, jar)} |")
    lines.append(f"| OpenJDK run time | {java_version(home)} | GPL-2.0-only WITH Classpath-exception-2.0 | runtime/legal |")
    lines.append("| SQLite | in sqlite-jdbc | public domain | |")
    (place / "THIRD-PARTY.md").write_text("\n".join(lines) + "\n")
    (place / "sbom.cdx.json").write_text(json.dumps(bill(home, found), indent=2, sort_keys=True) + "\n")


def text_of(place, name, text, jar):
    """Puts a licence's text into licences; returns its name there."""
    if text != "jar":
        if text != "Apache-2.0.txt":
            shutil.copy(HERE / "licences" / text, place / "licences" / text)
        return text
    with zipfile.ZipFile(jar) as whole:
        texts = sorted(entry for entry in whole.namelist() if re.search(r"/LICENSE[^/]*$", entry))
        if not texts:
            raise Failure(70, f"{jar.name} has no licence in it: put the text into packaging/licences")
        (place / "licences" / f"{name}.txt").write_bytes(b"\n".join(whole.read(entry) for entry in texts))
    return f"{name}.txt"


def bill(home, found):
    """A CycloneDX 1.6 document. It names no moment and has no serial number: the same inside gives the same bytes."""
    parts = [part("library", group, name, number, licence, jar) for group, name, number, licence, _, jar in found]
    for jar in sorted((home / "lib").glob("*.jar")):
        name = jar.name.removesuffix(f"-{version()}.jar")
        if is_ours(name):
            parts.append(part("library", "dev.stet", name, version(), "Apache-2.0", jar))
    parts.append(part("platform", "openjdk", "jdk", java_version(home), "GPL-2.0-only WITH Classpath-exception-2.0",
                      home / "runtime/lib/modules"))
    parts.append(part("library", "sqlite", "sqlite-native", inner_sqlite(found), "blessing",
                      home / "lib/native/libsqlitejdbc.so"))
    return {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": parts,
            "metadata": {"component": {"type": "application", "bom-ref": "stet", "name": "stet", "version": version(),
                                       "licenses": [{"expression": "Apache-2.0"}]}},
            "dependencies": [{"ref": "stet", "dependsOn": sorted({entry["bom-ref"] for entry in parts})}]}


def inner_sqlite(found):
    return next(number for _, name, number, *_ in found if name == "sqlite-jdbc")


def part(kind, group, name, number, licence, file):
    where = {"dev.stet", "sqlite", "openjdk"}
    locator = f"pkg:generic/{group}/{name}@{number}" if group in where else f"pkg:maven/{group}/{name}@{number}"
    entry = {"type": kind, "bom-ref": locator, "purl": locator, "group": group, "name": name, "version": number,
             "licenses": [{"expression": licence}]}
    if file:
        entry["hashes"] = [{"alg": "SHA-256", "content": hashlib.sha256(file.read_bytes()).hexdigest()}]
    return entry
