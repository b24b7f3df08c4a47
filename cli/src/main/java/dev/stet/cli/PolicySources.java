package dev.stet.cli;

import dev.stet.agent.PolicyDirectory;
import dev.stet.policy.yaml.Problem;
import dev.stet.policy.yaml.SourceText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import picocli.CommandLine.Parameters;

/// `[FILE...]`, for the verbs that work on policy files before they are in force.
final class PolicySources {
    @Parameters(
            arity = "0..*",
            paramLabel = "FILE",
            description = "Policy files, or directories of them (default: /etc/stet/policy.d).")
    private List<Path> files = new ArrayList<>();

    /// What was read.
    ///
    /// @param problems of what could not be
    record Read(List<SourceText> texts, List<Problem> problems) {
        Read {
            texts = List.copyOf(texts);
            problems = List.copyOf(problems);
        }
    }

    boolean areNamed() {
        return !files.isEmpty();
    }

    /// Reads those that were named, or else the default.
    Read read() {
        return of(files.isEmpty() ? List.of(PolicyDirectory.DEFAULT) : files);
    }

    /// Reads these; each but once, however often it is named.
    ///
    /// @throws Failure if one of them is not there
    static Read of(List<Path> paths) {
        List<SourceText> texts = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        for (Path path : new LinkedHashSet<>(paths)) {
            if (!Files.exists(path)) {
                throw new Failure(ExitCode.NO_INPUT, "there is no file or directory " + path);
            }
            new PolicyDirectory(path, false).collect(texts, problems);
        }
        return new Read(List.copyOf(new LinkedHashSet<>(texts)), problems);
    }
}
