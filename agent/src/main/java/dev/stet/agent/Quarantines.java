package dev.stet.agent;

import dev.stet.agent.guardian.Build;
import dev.stet.agent.guardian.Decision;
import dev.stet.agent.guardian.Level;
import dev.stet.policy.ExemptionYaml;
import dev.stet.policy.yaml.Problem;
import dev.stet.policy.yaml.SourceText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The exemptions that the guardian made: ordinary policy files in a directory of the state, where people can read,
/// change and remove them. One that is made is in force before it is written, and if it cannot be written.
final class Quarantines {
    private static final String OWNER = "guardian";

    private final Optional<Path> directory;
    /// What is not in the directory yet, by file; an empty text is a file to be removed.
    private final Map<Path, String> unwritten = new HashMap<>();

    /// @param directory where they are kept; empty: nowhere
    Quarantines(Optional<Path> directory) {
        this.directory = directory;
    }

    /// The name of a program's quarantine.
    static String name(Build build) {
        return build.ruleName("quarantine-");
    }

    /// The document, as a person would write it.
    static String text(Decision.Quarantine quarantine) {
        Build build = quarantine.build();
        ExemptionYaml yaml = new ExemptionYaml();
        yaml.comment(build.exe());
        if (build.id().isPresent()) {
            yaml.clause("buildId", build.id().get().hex());
        } else {
            yaml.clause("exe.glob", ExemptionYaml.escaped(build.exe()));
        }
        if (quarantine.level() != Level.ALL) {
            yaml.aspect("returns");
        }
        quarantine.functions().forEach(function -> yaml.aspect("function:" + ExemptionYaml.escaped(function)));
        String expires = quarantine
                .until()
                .truncatedTo(java.time.temporal.ChronoUnit.SECONDS)
                .toString();
        return yaml.text(
                new ExemptionYaml.Header(name(build), quarantine.why(), OWNER, Optional.empty(), Optional.of(expires)));
    }

    /// One is to be in force.
    synchronized void put(Decision.Quarantine quarantine) {
        unwritten.put(file(quarantine.build()), text(quarantine));
    }

    /// One is to be no longer.
    synchronized void remove(Build build) {
        unwritten.put(file(build), "");
    }

    /// Where a program's is, or would be.
    Path file(Build build) {
        return directory.orElse(Path.of("quarantine.d")).resolve(name(build) + ".yaml");
    }

    /// Is a text one of these?
    boolean isOne(SourceText text) {
        return text.file().startsWith(directory.orElse(Path.of("quarantine.d")) + "/");
    }

    /// All of them.
    ///
    /// @param problems takes what is wrong with their files
    synchronized void collect(List<SourceText> texts, List<Problem> problems) {
        directory.ifPresent(path -> collect(path, texts, problems));
        texts.removeIf(text -> unwritten.containsKey(Path.of(text.file())));
        unwritten.forEach((file, text) -> {
            if (!text.isEmpty()) {
                texts.add(new SourceText(file.toString(), text));
            }
        });
    }

    /// Those that are written.
    static void collect(Path directory, List<SourceText> texts, List<Problem> problems) {
        if (Files.isDirectory(directory)) {
            new PolicyDirectory(directory, true).collect(texts, problems);
        }
    }

    /// Writes what is not written yet.
    ///
    /// @throws IOException if not all could be; it is tried again the next time
    void write() throws IOException {
        if (directory.isEmpty()) {
            return;
        }
        Map<Path, String> todo;
        synchronized (this) {
            todo = new HashMap<>(unwritten);
        }
        if (!todo.isEmpty()) {
            Files.createDirectories(directory.get());
        }
        for (Map.Entry<Path, String> each : todo.entrySet()) {
            if (each.getValue().isEmpty()) {
                Files.deleteIfExists(each.getKey());
            } else {
                StateDirectory.replace(each.getKey(), each.getValue().getBytes(StandardCharsets.UTF_8));
            }
            synchronized (this) {
                var ignored = unwritten.remove(each.getKey(), each.getValue());
            }
        }
    }

    /// Names of those that are on their way to the directory.
    synchronized List<Path> unwritten() {
        return new ArrayList<>(unwritten.keySet());
    }
}
