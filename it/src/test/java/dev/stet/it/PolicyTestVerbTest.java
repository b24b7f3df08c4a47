package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `stet policy test` where policies are tested: as nobody, with nothing but Java and a class path, and no native
/// call allowed.
class PolicyTestVerbTest {
    private static final Path JARS = StetProcess.HOME.resolve("cli/target/lib");
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    @Test
    void examplesPassAsNobodyWithTheClassPathOnly() throws IOException, InterruptedException {
        Requires.root(); // to become nobody
        Path jars = readable();
        Path examples = copy(StetProcess.HOME.resolve("docs/examples"));
        Run run = run(jars, "policy", "test", examples + "/tests");
        assertThat(run.code()).as(run.text()).isZero();
        assertThat(run.text()).contains("3 passed, 0 failed");
    }

    @Test
    void failureHasItsExitCodeItsReasonAndItsReport() throws Exception {
        Requires.root();
        Path jars = readable();
        Path tests = directory.resolve("tests.yaml");
        Files.writeString(tests, PolicyFiles.exemption("web", "all", "{exe: {name: web}}") + """
                ---
                apiVersion: stet.dev/v1alpha1
                kind: PolicyTest
                metadata: {name: suite}
                spec:
                  now: 2026-01-01T00:00:00Z
                  cases:
                    - {name: right, facts: {exe: /bin/web}, expect: {verdict: exempt, rule: web}}
                    - {name: wrong, facts: {exe: /bin/wbe}, expect: {verdict: exempt, rule: web}}
                """);
        Path report = Files.createFile(directory.resolve("report.xml"));
        assertThat(report.toFile().setWritable(true, false)).isTrue();
        Run run = run(jars, "policy", "test", tests.toString(), "--junit", report.toString());
        assertThat(run.code()).as(run.text()).isEqualTo(1);
        assertThat(run.text()).contains("1 passed, 1 failed", "web (" + tests + ":3) no: exe '/bin/wbe' has name web");
        var failures = DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(report.toFile())
                .getElementsByTagName("failure");
        assertThat(failures.getLength()).isEqualTo(1);
        Files.writeString(tests, "kind: PolicyTest\n");
        assertThat(run(jars, "policy", "test", tests.toString()).code()).isEqualTo(65);
    }

    private record Run(int code, String text) {}

    private Run run(Path jars, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        command.addAll(List.of("--", ProcessHandle.current().info().command().orElseThrow()));
        command.addAll(List.of("--illegal-native-access=deny", "-Xmx128m", "-XX:TieredStopAtLevel=1", "-cp"));
        try (Stream<Path> files = Files.list(jars)) {
            command.add(files.map(Path::toString).collect(Collectors.joining(":")));
        }
        command.add("dev.stet.cli.Main");
        command.addAll(List.of(arguments));
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(LIMIT)) {
            process.destroyForcibly();
            throw new AssertionError("not done in " + LIMIT);
        }
        return new Run(process.exitValue(), Files.readString(output));
    }

    /// Where nobody may read.
    private Path readable() throws IOException {
        open(directory);
        return copy(JARS);
    }

    private Path copy(Path source) throws IOException {
        Path target = directory.resolve(source.getFileName().toString());
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.toList()) {
                Path copy = target.resolve(source.relativize(file).toString());
                Files.copy(file, copy);
                open(copy);
            }
        }
        return target;
    }

    private static void open(Path path) {
        assertThat(path.toFile().setReadable(true, false)).isTrue();
        if (Files.isDirectory(path)) {
            assertThat(path.toFile().setExecutable(true, false)).isTrue();
        }
    }
}
