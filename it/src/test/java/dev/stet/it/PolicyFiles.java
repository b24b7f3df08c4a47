package dev.stet.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/// A policy directory and the files in it.
///
/// @param directory for `--policy`
record PolicyFiles(Path directory) {
    private static final Instant FAR = Instant.parse("2099-01-01T00:00:00Z");

    /// Makes an empty one.
    static PolicyFiles in(Path parent) {
        try {
            return new PolicyFiles(Files.createDirectory(parent.resolve("policy.d")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// For `--policy`.
    String option() {
        return directory.toString();
    }

    Path file(String name) {
        return directory.resolve(name);
    }

    /// Saves a file as simple editors do, in place.
    Path save(String name, String text) {
        try {
            return Files.writeString(file(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Saves a file that exempts all of what matches.
    ///
    /// @param match in YAML's flow style: `{exe: {name: redis}}`
    Path exempt(String name, String match) {
        return save(name + ".yaml", exemption(name, "all", match, FAR));
    }

    /// The text of a file with one exemption. Its match is on [#MATCH_LINE].
    static String exemption(String name, String aspect, String match, Instant expires) {
        return """
                apiVersion: stet.dev/v1alpha1
                kind: ProbeExemption
                metadata: {name: %s}
                spec:
                  reason: a test wants it
                  owner: tests@example.com
                  expires: %s
                  exempt: [%s]
                  match: %s
                """.formatted(name, expires, aspect, match);
    }

    static String exemption(String name, String aspect, String match) {
        return exemption(name, aspect, match, FAR);
    }

    /// The line of an exemption's match, 1-based.
    static final int MATCH_LINE = 9;
}
