package dev.stet.agent;

import dev.stet.facts.Fact;
import dev.stet.facts.FactKey;
import dev.stet.facts.ProcessFacts;
import dev.stet.procfs.HostUsers;
import dev.stet.procfs.ProcReader;
import dev.stet.procfs.ProcessFiles;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// Facts about processes of this machine. Reads what is wanted and nothing else, each file once. Safe for use by
/// several threads.
final class MachineFacts implements FactSource {
    private final ProcReader proc;
    private final FileFacts files;
    private final ProcessHazards hazards;
    private final HostUsers users;
    private final Metadata metadata;
    private final Map<FactKey<?>, Reading<?>> readings = new HashMap<>();

    /// How a fact is read of a process.
    private interface Reading<T> {
        Fact<T> read(One process);
    }

    /// One process while it is read.
    private record One(ProcessFacts known, ProcessFiles proc, FileFacts.OfProcess binaries) {}

    MachineFacts(ProcReader proc, Binaries binaries, Metadata metadata) {
        this.proc = proc;
        this.files = new FileFacts(binaries);
        this.hazards = new ProcessHazards(binaries);
        this.users = new HostUsers(Path.of("/etc/passwd"));
        this.metadata = metadata;
        text();
        binaries();
    }

    private void text() {
        put(FactKey.EXE, one -> one.proc.exe());
        put(FactKey.COMM, one -> one.proc.comm());
        put(FactKey.ARGS, one -> one.proc.args());
        put(FactKey.UID, one -> one.proc.uid());
        put(FactKey.USER, one -> one.proc.user(users));
        put(FactKey.PARENT, one -> one.proc.parent());
        put(FactKey.ANCESTORS, one -> one.proc.ancestors());
        put(FactKey.CGROUP, one -> one.proc.cgroup());
        put(FactKey.SYSTEMD_UNIT, one -> one.proc.systemdUnit());
        put(FactKey.CONTAINER_ID, one -> one.proc.containerId());
        put(FactKey.CONTAINER, one -> one.proc.containerId().then(metadata::container));
        put(FactKey.POD, one -> one.proc.containerId().then(metadata::pod));
        put(FactKey.SCRIPT, one -> one.proc.script());
        put(FactKey.ENV, one -> one.proc.env());
        put(FactKey.HOST_EXE, one -> one.proc.hostExe());
        put(FactKey.LINKS, one -> one.proc.links());
    }

    private void binaries() {
        put(FactKey.BUILD_ID, one -> one.binaries.buildId());
        put(FactKey.SECTIONS, one -> one.binaries.sections());
        put(FactKey.LANGUAGE, one -> one.binaries.language());
        put(FactKey.MODULES, one -> one.binaries.modules());
        put(FactKey.SHA256, one -> one.binaries.sha256());
        put(FactKey.HAZARDS, one -> hazards.of(one.known, one.proc, one.binaries));
        put(FactKey.TIER, _ -> Fact.unreadable("it is worked out from the policy's tiers, and never read"));
    }

    private <T> void put(FactKey<T> key, Reading<T> reading) {
        readings.put(key, reading);
    }

    @Override
    public ProcessFacts read(ProcessFacts facts, Set<FactKey<?>> wanted) {
        if (wanted.isEmpty()) {
            return facts;
        }
        ProcessFiles read = proc.files(facts);
        ProcessFacts more = facts;
        try (FileFacts.OfProcess binaries = files.of(facts)) {
            One one = new One(facts, read, binaries);
            for (FactKey<?> key : wanted) {
                more = with(more, key, one);
            }
        }
        return read.isSame() ? more : unreadable(facts, wanted);
    }

    private static ProcessFacts unreadable(ProcessFacts facts, Set<FactKey<?>> wanted) {
        ProcessFacts nothing = facts;
        for (FactKey<?> key : wanted) {
            nothing = unreadable(nothing, key);
        }
        return nothing;
    }

    @SuppressWarnings("unchecked") // put() keeps a key and its reading of one type
    private <T> ProcessFacts with(ProcessFacts facts, FactKey<T> key, One one) {
        return facts.with(key, ((Reading<T>) readings.get(key)).read(one));
    }

    private static <T> ProcessFacts unreadable(ProcessFacts facts, FactKey<T> key) {
        return facts.with(key, Fact.<T>unreadable("the process has ended, or runs another program by now"));
    }
}
