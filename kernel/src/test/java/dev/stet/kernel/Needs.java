package dev.stet.kernel;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// What tests need of the machine. What is missing fails the test where CI=true and skips it elsewhere.
final class Needs {
    private Needs() {}

    /// The right to load programs and to attach them.
    static void root() throws IOException {
        need(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "root");
    }

    static void tool(String name) {
        boolean there = Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, name)));
        need(there, "the tool `" + name + "`");
    }

    static void file(Path path) {
        need(Files.exists(path), path.toString());
    }

    static void need(boolean there, String what) {
        if (!there && "true".equals(System.getenv("CI"))) {
            fail("needs " + what);
        }
        Assumptions.assumeTrue(there, "needs " + what);
    }

    /// What the command prints; fails the test if the command does.
    static String run(Path directory, String... command) throws IOException, InterruptedException {
        tool(command[0]);
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            fail(String.join(" ", command) + ": " + text);
        }
        return text;
    }
}
