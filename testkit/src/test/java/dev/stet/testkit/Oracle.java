package dev.stet.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// Runs other people's tools.
final class Oracle {
    private Oracle() {}

    private static void need(boolean there, String missing) {
        if (!there && !"true".equals(System.getenv("CI"))) {
            Assumptions.abort(missing);
        }
        assertThat(there).as(missing).isTrue();
    }

    /// A `go` of Debian's that knows all formats, so 1.20 or later, and has its tools compiled, so 1.24 or
    /// earlier.
    static String newestGo() {
        int newest = 24;
        while (newest > 19 && !Files.isExecutable(go(newest))) {
            newest--;
        }
        need(newest > 19, "no Go from 1.20 to 1.24 is installed");
        return go(newest).toString();
    }

    private static Path go(int minor) {
        return Path.of("/usr/lib/go-1." + minor + "/bin/go");
    }

    /// What the command prints, standard error included; fails the test if the command does. A missing tool
    /// fails the test where CI=true and skips it elsewhere.
    static List<String> run(Path directory, String... command) {
        boolean there = Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(each -> Files.isExecutable(Path.of(each).resolve(command[0])));
        need(there, "the tool `" + command[0] + "` is not installed");
        try {
            ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
            builder.environment().put("LC_ALL", "C");
            builder.environment().putIfAbsent("HOME", directory.toString());
            Process process = builder.redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                fail(String.join(" ", command) + " failed: " + output);
            }
            return output.lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
