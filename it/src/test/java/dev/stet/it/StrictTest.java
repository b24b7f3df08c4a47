package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.it.Events.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// With `--strict` a probed process that runs an exempt program is held until its probes are off: not one breakpoint of
/// the old program is ever in the new one. `relay-a`, whose libc is probed, runs `relay-b`, which is exempt and looks.
class StrictTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int ROUNDS = 20;

    @TempDir
    private Path directory;

    private PolicyFiles policy;
    private Path programs;

    @BeforeAll
    static void needs() {
        Requires.root();
        Requires.uprobeMulti();
    }

    @BeforeEach
    void prepare() throws IOException {
        policy = PolicyFiles.in(directory);
        policy.exempt("relay-b", "{exe: {name: relay-b}}");
        programs = Files.createDirectory(directory.resolve("bin")).toRealPath();
        for (String name : new String[] {"relay-a", "relay-b"}) {
            Files.copy(Targets.relay(), programs.resolve(name));
        }
    }

    private StetProcess stet(String... options) {
        String[] all = new String[options.length + 6];
        System.arraycopy(
                new String[] {"run", "--json", "--exe", programs + "/*", "--policy", policy.option()}, 0, all, 0, 6);
        System.arraycopy(options, 0, all, 6, options.length);
        StetProcess stet = StetProcess.start(all);
        var _ = Events.of(stet).awaitApplied(0);
        return stet;
    }

    private TargetProcess relay(int rounds) {
        return TargetProcess.startReady(
                programs.resolve("relay-a"),
                Integer.toString(rounds),
                programs.resolve("relay-b").toString());
    }

    @Test
    void noBreakpointOfTheOldProgramIsInTheNewOne() {
        try (StetProcess stet = stet("--strict");
                TargetProcess relay = relay(ROUNDS)) {
            assertThat(relay.waitFor(LIMIT)).isZero();
            assertThat(relay.stdout()).last().isEqualTo("done rounds=" + ROUNDS + " seen=0");
            int from = 0;
            stet.signal("INT");
            assertThat(stet.waitFor(LIMIT)).isEqualTo(130);
            Event told = Events.of(stet)
                    .await(
                            from,
                            "notice",
                            event -> event.text("text").contains("were held before they ran another program"));
            assertThat(told.text("text")).contains("; 0 of them had probes still");
        }
    }

    /// Otherwise the test above would show nothing.
    @Test
    void withoutItSomeAreSeen() {
        try (StetProcess _ = stet();
                TargetProcess relay = relay(ROUNDS)) {
            assertThat(relay.waitFor(LIMIT)).isZero();
            assertThat(relay.stdout()).last().isNotEqualTo("done rounds=" + ROUNDS + " seen=0");
        }
    }

    /// A program that cannot be run - here its interpreter is not there - leaves the process as it was, with its
    /// probes.
    @Test
    void aProcessThatStaysWhatItIsGetsItsProbesBack() throws IOException {
        Path no = programs.resolve("no-program");
        Files.writeString(no, "#!/nonexistent/interpreter\n");
        assertThat(no.toFile().setExecutable(true)).isTrue();
        Path go = directory.resolve("go");
        Path shell = Files.copy(Path.of("/bin/bash"), programs.resolve("shell"));
        try (StetProcess stet = stet("--strict");
                TargetProcess target = TargetProcess.start(
                        shell,
                        "-c",
                        "exec 3<> <(:); waits() { until [ -e $1 ]; do read -r -t 0.1 -u 3; done; }; echo ready $$; waits "
                                + go + "; shopt -s execfail; exec " + no + " 2> /dev/null; echo stayed; waits " + no
                                + ".never")) {
            target.awaitReady();
            Events events = Events.of(stet);
            var _ = events.awaitAttached(0, target.pid());
            int from = events.now();
            Files.createFile(go);
            var _ = target.awaitLine(line -> line.equals("stayed"), LIMIT);
            Event gone = events.await(from, "detached", event -> event.number("pid") == target.pid());
            assertThat(gone.text("why")).isEqualTo("exec");
            var _ = events.awaitAttached(from, target.pid());
        }
    }

    /// While Stet is stopped nobody can start a program. It is killed for that, and then everybody can.
    @Test
    void aStetThatDoesNotAnswerIsKilledByTheKernel() throws IOException, InterruptedException {
        try (StetProcess stet = stet("--strict")) {
            stet.signal("STOP");
            long begun = System.nanoTime();
            Process program = new ProcessBuilder("/bin/true").start();
            assertThat(program.waitFor()).isZero();
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(12));
            assertThat(stet.waitFor(LIMIT)).isEqualTo(128 + 9);
        }
    }
}
