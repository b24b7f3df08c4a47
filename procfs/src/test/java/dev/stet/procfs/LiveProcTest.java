package dev.stet.procfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.facts.Fact;
import dev.stet.facts.MappedFile;
import dev.stet.facts.ProcessFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The kernel's own `/proc`, about this very process and some that it starts.
class LiveProcTest {
    private final ProcReader reader = new ProcReader(Path.of("/proc"));
    private final int self = (int) ProcessHandle.current().pid();

    @Test
    void factsAboutOurselves() throws IOException {
        ProcessFacts facts = reader.facts(self).orElseThrow();
        assertThat(facts.identity().pid()).isEqualTo(self);
        assertThat(facts.identity().startTicks()).isPositive();
        assertThat(facts.parentPid())
                .isEqualTo(ProcessHandle.current()
                        .parent()
                        .map(ProcessHandle::pid)
                        .orElse(0L)
                        .intValue());
        assertThat(facts.kernelThread()).isFalse();
        assertThat(facts.exe())
                .isEqualTo(Fact.of(Path.of("/proc/self/exe").toRealPath().toString()));
        assertThat(facts.comm().known()).contains("java");
        assertThat(facts.args().known().orElseThrow().getFirst()).endsWith("java");
        assertThat(facts.uid().known()).contains((Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        assertThat(facts.buildId()).isEqualTo(Fact.notRead());
    }

    @Test
    void weAreAmongTheProcesses() throws IOException {
        assertThat(reader.pids()).contains(self);
        assertThat(reader.threads(self)).contains(self).hasSizeGreaterThan(1);
        int thread = reader.threads(self).stream()
                .filter(tid -> tid != self)
                .findFirst()
                .orElseThrow();
        assertThat(reader.facts(thread)).isEmpty();
    }

    @Test
    void mappingsHaveTheVirtualMachine() throws IOException {
        MappedFile jvm = reader.executableMappings(self).stream()
                .filter(file -> file.name().equals("libjvm.so"))
                .findFirst()
                .orElseThrow();
        assertThat(jvm.start()).isLessThan(jvm.end());
        assertThat(jvm.inode()).isEqualTo(Files.getAttribute(Path.of(jvm.path()), "unix:ino"));
        assertThat(jvm.deleted()).isFalse();
    }

    @Test
    void fileSystemOfTheMountOfProc() throws IOException {
        String line = Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
                .filter(text -> text.contains(" - proc "))
                .findFirst()
                .orElseThrow();
        assertThat(reader.fileSystemOf(self, Long.parseLong(line.substring(0, line.indexOf(' ')))))
                .contains("proc");
    }

    /// Names that the C locale cannot say, and a file that is gone: `sleep` under another name.
    @Test
    void aDeletedExecutableWithAnUnusualName(@TempDir Path directory) throws Exception {
        Path copy = Path.of("/bin/sleep").toRealPath();
        Path odd = directory.resolve("a b (deleted)");
        Files.copy(copy, odd);
        Files.setPosixFilePermissions(odd, Set.of(PosixFilePermission.values()));
        Process process = new ProcessBuilder(odd.toString(), "60").start();
        int pid = (int) process.pid();
        try {
            awaitExec(pid);
            Files.delete(odd);
            assertThat(reader.facts(pid).orElseThrow().exe()).isEqualTo(Fact.of(odd.toString()));
            assertThat(reader.executableMappings(pid))
                    .filteredOn(MappedFile::deleted)
                    .extracting(MappedFile::path)
                    .contains(odd.toString());
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(reader.facts(pid)).isEmpty();
    }

    private void awaitExec(int pid) throws InterruptedException {
        for (int tries = 0; tries < 500; tries++) {
            if (reader.facts(pid)
                    .flatMap(facts -> facts.comm().known())
                    .orElse("")
                    .startsWith("a b")) {
                return;
            }
            Thread.sleep(10);
        }
        throw new AssertionError("it did not start");
    }

    /// Processes come and go under a scan of all of them, and none of it is an exception.
    @Test
    void everyProcessOfTheMachine() throws IOException {
        List<Integer> pids = reader.pids();
        for (int pid : pids) {
            reader.facts(pid)
                    .ifPresent(facts -> assertThat(facts.identity().pid()).isEqualTo(pid));
            reader.tracerPid(pid).ifPresent(tracer -> assertThat(tracer).isNotNegative());
        }
    }

    /// For reading, not for passing: the aim is 200 us on a quiet machine.
    @Test
    void timing() {
        int rounds = 3_000;
        long best = Long.MAX_VALUE;
        for (int block = 0; block < 5; block++) {
            long start = System.nanoTime();
            for (int round = 0; round < rounds; round++) {
                assertThat(reader.facts(self).isPresent()).isTrue();
            }
            best = Math.min(best, (System.nanoTime() - start) / rounds);
        }
        System.out.printf("facts(pid): %.1f us, best of 5 blocks%n", best / 1000.0);
    }
}
