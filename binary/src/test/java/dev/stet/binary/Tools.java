package dev.stet.binary;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// Other people's tools, which tests compare with. A missing one fails the test where CI=true and skips it
/// elsewhere.
public final class Tools {
    private Tools() {}

    public static void need(String tool) {
        boolean there = Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, tool)));
        need(there, "the tool `" + tool + "` is not installed");
    }

    public static Path needFile(String path) {
        need(Files.exists(Path.of(path)), path + " is not there");
        return Path.of(path);
    }

    private static void need(boolean there, String missing) {
        if (!there && "true".equals(System.getenv("CI"))) {
            fail(missing);
        }
        Assumptions.assumeTrue(there, missing);
    }

    /// What the command prints, standard error included; fails the test if the command does.
    public static List<String> run(Path directory, String... command) {
        need(command[0]);
        try {
            ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
            builder.environment().put("LC_ALL", "C");
            builder.environment().putIfAbsent("HOME", directory.toString());
            Process process = builder.redirectErrorStream(true).start();
            List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            int status = process.waitFor();
            if (status != 0) {
                fail(String.join(" ", command) + " gave " + status + ": " + lines);
            }
            return lines;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    static Executable parse(Path path) throws IOException {
        return Executable.parse(ByteSource.of(Files.readAllBytes(path)));
    }
}
