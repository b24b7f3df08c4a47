package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever is wrong is said in one clear line, with a documented exit code and no stack trace, and nothing
/// stays attached.
class BadInputTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int NOTHING = 1;
    private static final int USAGE = 64;
    private static final int BAD_DATA = 65;
    private static final int NO_INPUT = 66;
    private static final int NOT_PERMITTED = 77;

    @TempDir
    private static Path directory;

    private static TargetProcess caller;
    private static TargetProcess stripped;
    private static TargetProcess mapper;

    @BeforeAll
    static void start() throws IOException {
        Requires.root();
        Requires.uprobeMulti();
        Files.writeString(directory.resolve("garbage.so"), "this is not a library\n".repeat(300));
        Files.copy(Targets.goHot386(), directory.resolve("lib32.so"));
        byte[] elf = Files.readAllBytes(Targets.libstetdemo());
        Files.write(directory.resolve("cut.so"), java.util.Arrays.copyOf(elf, 100));
        caller = TargetProcess.startReady(Targets.caller(), "20000", "0");
        stripped = TargetProcess.startReady(Targets.callerStripped(), "20000", "0");
        mapper = TargetProcess.startReady(
                Targets.mapper(),
                directory.resolve("garbage.so").toString(),
                directory.resolve("lib32.so").toString(),
                directory.resolve("cut.so").toString());
        Files.createDirectory(directory.resolve("wrong.d"));
        Files.writeString(directory.resolve("wrong.d/wrong.yaml"), "kind: Nonsense\n");
        Files.createDirectory(directory.resolve("exempt.d"));
        Files.writeString(
                directory.resolve("exempt.d/caller.yaml"),
                PolicyFiles.exemption("leave-caller", "all", "{exe: {name: caller}}"));
        Files.writeString(directory.resolve("file"), "");
    }

    @AfterAll
    static void stop() {
        for (TargetProcess each : new TargetProcess[] {caller, stripped, mapper}) {
            if (each != null) {
                each.close();
            }
        }
    }

    private static Arguments of(int exit, String message, String... arguments) {
        return Arguments.of(exit, message, List.of(arguments));
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                of(NO_INPUT, "no process 4194305", "trace", "-p", "4194305", "work"),
                of(NO_INPUT, "no process", "trace", "-p", "-1", "work"),
                of(NO_INPUT, "no process", "trace", "-p", "0", "work"),
                of(NO_INPUT, "no process 4194305", "explain", "4194305"),
                of(USAGE, "'abc'", "trace", "-p", "abc", "work"),
                of(USAGE, "'99999999999999'", "trace", "-p", "99999999999999", "work"),
                of(USAGE, "FUNCTION", "trace", "-p", "CALLER"),
                of(USAGE, "PID", "trace", "work"),
                of(USAGE, "exclusive", "trace", "-p", "CALLER", "--exe", "/x", "work"),
                of(USAGE, "--frobnicate", "trace", "-p", "CALLER", "--frobnicate", "work"),
                of(USAGE, "--duration", "trace", "-p", "CALLER", "--duration", "0", "work"),
                of(USAGE, "--duration", "trace", "-p", "CALLER", "--duration", "soon", "work"),
                of(USAGE, "--count", "trace", "-p", "CALLER", "--count", "few", "work"),
                of(USAGE, "--text", "trace", "-p", "CALLER", "--text", "16385", "work"),
                of(USAGE, "'caller'", "trace", "--exe", "caller", "work"),
                of(USAGE, "'/['", "trace", "--exe", "/[", "work"),
                of(USAGE, "--frobnicate", "run", "--frobnicate"),
                of(USAGE, "--duration", "run", "--duration", "-1"),
                of(USAGE, "'frobnicate'", "frobnicate"),
                of(USAGE, "names no function", "trace", "-p", "CALLER", ""),
                of(USAGE, "names no function", "trace", "-p", "CALLER", "libc.so.6:"),
                of(NOTHING, "work has 3 parameters", "trace", "-p", "CALLER", "work(arg17)"),
                of(NOTHING, "there are: a, s, n", "trace", "-p", "CALLER", "work(nonsense)"),
                of(USAGE, "'('", "trace", "-p", "CALLER", "work(str(arg1)"),
                of(USAGE, "'('", "trace", "-p", "CALLER", "work(arg1"),
                of(NOTHING, "at the end of a call only", "trace", "-p", "CALLER", "work(ret)"),
                of(USAGE, "need returns", "trace", "-p", "CALLER", "--no-returns", "work(arg1) -> ret"),
                of(NOTHING, "did you mean work", "trace", "-p", "CALLER", "wrok"),
                of(NOTHING, "did you mean getaddrinfo", "trace", "-p", "CALLER", "libc.so.6:getadrinfo"),
                of(NOTHING, "no function 'xyzzy_plugh'", "trace", "-p", "CALLER", "xyzzy_plugh"),
                of(NOTHING, "no function 'xyzzy*'", "trace", "-p", "CALLER", "xyzzy*"),
                of(NOTHING, "no library", "trace", "-p", "CALLER", "libnone.so:work"),
                of(NOTHING, "symbols", "trace", "-p", "STRIPPED", "work"),
                of(NOTHING, "not an ELF", "trace", "-p", "MAPPER", "garbage.so:work"),
                of(NOTHING, "32-bit", "trace", "-p", "MAPPER", "lib32.so:work"),
                of(NOTHING, "cut.so", "trace", "-p", "MAPPER", "cut.so:work"),
                of(NOTHING, "exempt by", "trace", "-p", "2", "work"),
                of(NOTHING, "leave-caller", "trace", "-p", "CALLER", "--policy", "DIR/exempt.d", "work"),
                of(BAD_DATA, "wrong.yaml:1:", "trace", "-p", "CALLER", "--policy", "DIR/wrong.d", "work"),
                of(NO_INPUT, "does not exist", "trace", "-p", "CALLER", "--policy", "DIR/none", "work"),
                of(NO_INPUT, "not a directory", "trace", "-p", "CALLER", "--policy", "DIR/file", "work"),
                of(NO_INPUT, "does not exist", "run", "--policy", "DIR/none"),
                of(NO_INPUT, "not a directory", "run", "--policy", "DIR/file"),
                of(NO_INPUT, "DIR/none", "check", "DIR/none"));
    }

    @ParameterizedTest(name = "{2}: {0} {1}")
    @MethodSource("wrong")
    void isSaidInOneLine(int exit, String message, List<String> arguments) throws IOException {
        String[] filled = arguments.stream().map(BadInputTest::filled).toArray(String[]::new);
        try (StetProcess stet = StetProcess.start(filled)) {
            assertThat(stet.waitFor(LIMIT))
                    .as(() -> "exit code; it said " + stet.stderr())
                    .isEqualTo(exit);
            assertIsOneLine(stet, filled(message));
            assertThat(stet.stdout()).as("standard output").isEmpty();
        }
        assertUntouched(caller, Targets.caller());
        assertUntouched(stripped, Targets.callerStripped());
    }

    /// Looks at the program's own text, as whoever runs these tests may have a Stet of theirs on the C
    /// library.
    private static void assertUntouched(TargetProcess process, Path program) throws IOException {
        assertThat(TextBytes.of(process.pid()).differences())
                .filteredOn(difference -> difference.file().equals(program.toString()))
                .isEmpty();
    }

    private static String filled(String text) {
        return text.replace("CALLER", "" + caller.pid())
                .replace("STRIPPED", "" + stripped.pid())
                .replace("MAPPER", "" + mapper.pid())
                .replace("DIR", directory.toString());
    }

    /// One line; what is below it and indented, a hint or the details, belongs to it.
    private static void assertIsOneLine(StetProcess stet, String message) {
        List<String> said = stet.stderr();
        assertThat(said).isNotEmpty();
        assertThat(said.getFirst()).startsWith("stet: ");
        assertThat(said.subList(1, said.size()))
                .allSatisfy(line -> assertThat(line).startsWith("  "));
        assertThat(said).hasSizeLessThanOrEqualTo(3);
        assertThat(String.join("\n", said))
                .contains(message)
                .doesNotContain("Exception")
                .doesNotContain("\tat ")
                .doesNotContain("mistake of Stet's");
    }

    @Test
    void invalidPolicyKeepsRunFromTouchingAnything() throws IOException {
        try (StetProcess stet = StetProcess.start(
                "run", "--json", "--exe", Targets.caller().toString(), "--policy", filled("DIR/wrong.d"))) {
            Events events = Events.of(stet);
            var rejected =
                    events.await(0, "policy", event -> event.text("state").equals("rejected"));
            assertThat(rejected.json().get("problems").get(0).get("line").longValue())
                    .isEqualTo(1);
            assertUntouched(caller, Targets.caller());
            stet.signal("TERM");
            assertThat(stet.waitFor(LIMIT)).isEqualTo(143);
        }
    }

    static Stream<Arguments> unprivileged() {
        return Stream.of(
                Arguments.of(List.of("--bounding-set=-sys_admin")),
                Arguments.of(List.of("--bounding-set=-sys_ptrace")));
    }

    @ParameterizedTest
    @MethodSource("unprivileged")
    void needsCapabilities(List<String> options) {
        List<String> wrapper =
                new java.util.ArrayList<>(List.of(Requires.tool("setpriv").toString()));
        wrapper.addAll(options);
        for (List<String> command : List.of(List.of("trace", "-p", "" + caller.pid(), "work"), List.of("run"))) {
            try (StetProcess stet = StetProcess.startThrough(wrapper, command.toArray(String[]::new))) {
                assertThat(stet.waitFor(LIMIT))
                        .as(() -> "exit code; it said " + stet.stderr())
                        .isEqualTo(NOT_PERMITTED);
                assertIsOneLine(stet, "needs root");
                assertThat(stet.stdout()).isEmpty();
            }
        }
    }

    @Test
    void needsRoot() {
        List<String> wrapper =
                List.of(Requires.tool("setpriv").toString(), "--reuid=65534", "--regid=65534", "--clear-groups", "--");
        Requires.require(mayRead(wrapper), "a checkout that nobody (uid 65534) may read");
        for (List<String> command : List.of(List.of("trace", "-p", "" + caller.pid(), "work"), List.of("run"))) {
            try (StetProcess stet = StetProcess.startThrough(wrapper, command.toArray(String[]::new))) {
                assertThat(stet.waitFor(LIMIT))
                        .as(() -> "exit code; it said " + stet.stderr())
                        .isEqualTo(NOT_PERMITTED);
                assertIsOneLine(stet, "sudo");
                assertThat(stet.stdout()).isEmpty();
            }
        }
    }

    private static boolean mayRead(List<String> wrapper) {
        try (StetProcess stet = StetProcess.startThrough(wrapper, "--version")) {
            return stet.waitFor(LIMIT) == 0;
        }
    }

    /// A process may end at any moment between the command and the attachment, and after it.
    @ParameterizedTest
    @ValueSource(ints = {200, 350, 450, 500, 550, 600, 650, 700, 800, 1000, 1500})
    void processThatEndsMeanwhile(int millis) throws InterruptedException {
        try (TargetProcess brief = TargetProcess.startReady(Targets.caller(), "2000", "0");
                StetProcess stet = StetProcess.start("trace", "-p", "" + brief.pid(), "work")) {
            Thread.sleep(millis);
            brief.signal("KILL");
            assertThat(brief.waitFor(LIMIT)).isEqualTo(137);
            int exit = stet.waitFor(Duration.ofSeconds(15));
            assertThat(String.join("\n", stet.stderr()))
                    .contains(exit == 0 ? "has ended" : "process " + brief.pid())
                    .doesNotContain("Exception");
            assertThat(exit).isIn(0, NO_INPUT, NOTHING);
        }
    }

    /// A process that has ended and that its parent has not asked about: it has a pid, and nothing else.
    @Test
    void zombie() {
        try (TargetProcess parent =
                TargetProcess.start(Path.of("/bin/sh"), "-c", "true & echo zombie pid=$!; exec sleep 60")) {
            String line =
                    parent.awaitLine(text -> text.startsWith("zombie"), LIMIT).text();
            String pid = line.substring(line.indexOf('=') + 1);
            try (StetProcess stet = StetProcess.start("trace", "-p", pid, "work")) {
                assertThat(stet.waitFor(LIMIT))
                        .as(() -> "exit code; it said " + stet.stderr())
                        .isIn(NOTHING, NO_INPUT);
                assertIsOneLine(stet, pid);
            }
        }
    }
}
