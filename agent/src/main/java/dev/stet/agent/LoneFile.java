package dev.stet.agent;

import dev.stet.facts.Fact;
import dev.stet.facts.FactKey;
import dev.stet.facts.ProcessFacts;
import java.nio.file.Path;
import java.util.Set;

/// What a file alone tells of the processes that would run it. Of hazards those that the file shows: what only a
/// running process has is not among them.
final class LoneFile implements FactSource {
    private final Path path;
    private final FileFacts files;

    LoneFile(Path path, Binaries binaries) {
        this.path = path;
        this.files = new FileFacts(binaries);
    }

    /// A process that there is not, of this file.
    ProcessFacts nobody() {
        return ProcessFacts.of(Explainer.nobody(), 0, false)
                .with(FactKey.EXE, path.toString())
                .with(FactKey.HOST_EXE, path.toString());
    }

    @Override
    public ProcessFacts read(ProcessFacts facts, Set<FactKey<?>> wanted) {
        ProcessFacts more = facts;
        try (FileFacts.OfProcess file = files.of(path)) {
            for (FactKey<?> key : wanted) {
                more = read(more, key, file);
            }
        }
        return more;
    }

    private static ProcessFacts read(ProcessFacts facts, FactKey<?> key, FileFacts.OfProcess file) {
        if (key.equals(FactKey.BUILD_ID)) {
            return facts.with(FactKey.BUILD_ID, file.buildId());
        }
        if (key.equals(FactKey.LANGUAGE)) {
            return facts.with(FactKey.LANGUAGE, file.language());
        }
        if (key.equals(FactKey.MODULES)) {
            return facts.with(FactKey.MODULES, file.modules());
        }
        if (key.equals(FactKey.SECTIONS)) {
            return facts.with(FactKey.SECTIONS, file.sections());
        }
        if (key.equals(FactKey.SHA256)) {
            return facts.with(FactKey.SHA256, file.sha256());
        }
        if (key.equals(FactKey.HAZARDS)) {
            return facts.with(FactKey.HAZARDS, file.hazards());
        }
        return unknown(facts, key);
    }

    private static <T> ProcessFacts unknown(ProcessFacts facts, FactKey<T> key) {
        return facts.with(key, Fact.<T>unreadable("no process runs it"));
    }
}
