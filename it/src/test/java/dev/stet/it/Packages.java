package dev.stet.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// What `packaging/build` makes of the jars under test, made once.
final class Packages {
    static final Path OUT = StetProcess.HOME.resolve("it/target/packages");
    /// Not the last commit's time: somebody may commit between two builds.
    private static final String MOMENT = "SOURCE_DATE_EPOCH=1790000000";

    private static boolean built;

    private Packages() {}

    static synchronized Path directory() {
        if (!built) {
            Requires.tool("dpkg-deb");
            long begin = System.nanoTime();
            build(OUT);
            Figure.print("packaging: all of it built in %.0f ms".formatted(Figure.millis(System.nanoTime() - begin)));
            built = true;
        }
        return OUT;
    }

    static void build(Path out, String... options) {
        Stream<String> command = Stream.concat(
                Stream.of("env", MOMENT, "packaging/build", "--jars", "cli/target/lib"),
                Stream.concat(Stream.of(options), Stream.of(out.toString())));
        Outcome outcome = run(StetProcess.HOME, command.toArray(String[]::new));
        assertThat(outcome.code()).as(outcome.text()).isZero();
    }

    static Path archive() {
        return only(".tar.gz");
    }

    static Path deb() {
        return only(".deb");
    }

    static Path image() {
        return only("-oci.tar");
    }

    private static Path only(String suffix) {
        try (Stream<Path> found = Files.list(directory())) {
            return found.filter(file -> file.toString().endsWith(suffix))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// How a command ended and what it said.
    record Outcome(int code, String text) {}

    static Outcome run(Path directory, String... command) {
        try {
            Process process = new ProcessBuilder(List.of(command))
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .start();
            String text = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            return new Outcome(process.exitValue(), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
