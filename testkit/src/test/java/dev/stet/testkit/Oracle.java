package dev.stet.testkit;

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

    /// What the command prints, standard error included; fails the test if the command does. A missing tool
    /// fails the test where CI=true and skips it elsewhere.
    static List<String> run(Path directory, String... command) {
        boolean there = Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(each -> Files.isExecutable(Path.of(each, command[0])));
        if (!there && !"true".equals(System.getenv("CI"))) {
            Assumptions.abort("the tool `" + command[0] + "` is not installed");
        }
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
