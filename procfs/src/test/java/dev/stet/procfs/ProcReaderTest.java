package dev.stet.procfs;

import static dev.stet.procfs.FakeProc.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stet.facts.Fact;
import dev.stet.facts.FactKey;
import dev.stet.facts.MappedFile;
import dev.stet.facts.ProcessFacts;
import dev.stet.facts.ProcessIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcReaderTest {
    private static final String EXECUTABLE = "7f00-8000 r-xp 00001000 08:1f 42    /usr/bin/x\n";

    private FakeProc proc;

    @BeforeEach
    void tree(@TempDir Path root) {
        proc = new FakeProc(root);
    }

    private ProcessFacts facts(int pid) {
        return proc.reader().facts(pid).orElseThrow();
    }

    @Test
    void everyFact() throws IOException {
        proc.process(7, "/usr/bin/x");
        assertThat(facts(7))
                .isEqualTo(ProcessFacts.of(new ProcessIdentity(7, 12345), 1, false)
                        .with(FactKey.EXE, "/usr/bin/x")
                        .with(FactKey.COMM, "comm")
                        .with(FactKey.ARGS, List.of("/bin/x", "-a"))
                        .with(FactKey.UID, 7));
        assertThat(proc.reader().identity(7)).contains(new ProcessIdentity(7, 12345));
        assertThat(proc.reader().tracerPid(7)).contains(0);
    }

    @Test
    void processesAreTheNumbers() throws IOException {
        proc.process(7, "/x").process(12, "/x");
        Files.createDirectories(proc.root().resolve("self"));
        Files.createDirectories(proc.root().resolve("99999999999999"));
        assertThat(proc.reader().pids()).containsExactlyInAnyOrder(7, 12);
        Files.createDirectories(proc.root().resolve("7/task/7"));
        Files.createDirectories(proc.root().resolve("7/task/8"));
        assertThat(proc.reader().threads(7)).containsExactlyInAnyOrder(7, 8);
        assertThat(proc.reader().threads(12)).isEmpty();
    }

    /// Nothing about a process that is not there is an exception.
    @Test
    void goneIsAnAnswer() throws IOException {
        ProcReader reader = proc.reader();
        assertThat(reader.identity(7)).isEmpty();
        assertThat(reader.facts(7)).isEmpty();
        assertThat(reader.executableMappings(7)).isEmpty();
        assertThat(reader.fileSystemOf(7, 1)).isEmpty();
        assertThat(reader.tracerPid(7)).isEmpty();
        assertThat(reader.threads(7)).isEmpty();
    }

    @Test
    void aZombieIsGone() throws IOException {
        proc.process(7, "/x").write(7, "stat", bytes(FakeProc.stat(7, "x", 'Z', 0, 1)));
        assertThat(proc.reader().facts(7)).isEmpty();
        assertThat(proc.reader().identity(7)).isEmpty();
    }

    @Test
    void aThreadIsNoProcess() throws IOException {
        proc.process(7, "/x").write(7, "status", bytes(FakeProc.STATUS.formatted(6)));
        assertThat(proc.reader().facts(7)).isEmpty();
    }

    @Test
    void aKernelThreadRunsNothing() throws IOException {
        proc.process(7, "/x").write(7, "stat", bytes(FakeProc.stat(7, "kthreadd", 'S', 0x208040, 1)));
        Files.delete(proc.root().resolve("7/exe"));
        ProcessFacts facts = facts(7);
        assertThat(facts.kernelThread()).isTrue();
        assertThat(facts.exe()).isEqualTo(Fact.absent());
        assertThat(facts.args()).isEqualTo(Fact.absent());
    }

    @Test
    void whatIsMissingIsUnreadable() throws IOException {
        proc.write(7, "stat", bytes(FakeProc.stat(7, "x", 'S', 0, 1)));
        ProcessFacts facts = facts(7);
        assertThat(List.of(facts.exe(), facts.comm(), facts.args(), facts.uid()))
                .containsOnly(Fact.unreadable("the process is exiting"));
        proc.write(7, "status", bytes("Name:\tx\nUid:\n"));
        assertThat(facts(7).uid()).isEqualTo(Fact.unreadable("status has no Uid"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a) S 1 2 3", ") Z 1 1 1 1 (", "a\nb", "(((", "\\n", " ", ""})
    void aNameCannotForgeTheFieldsBehindIt(String comm) throws IOException {
        proc.process(7, "/x").write(7, "stat", bytes(FakeProc.stat(7, comm, 'S', 0, 99)));
        proc.write(7, "comm", bytes(comm + "\n"));
        assertThat(facts(7).identity()).isEqualTo(new ProcessIdentity(7, 99));
        assertThat(facts(7).comm()).isEqualTo(Fact.of(comm));
    }

    /// No cut of the line gives a start time that is not the process's own.
    @Test
    void aTruncatedStatIsNoStat() {
        String line = FakeProc.stat(7, "x", 'S', 0, 123456);
        for (int length = 0; length <= line.length(); length++) {
            var stat = StatLine.parse(7, bytes(line.substring(0, length)));
            assertThat(stat.stream().map(StatLine::identity)).allMatch(id -> id.startTicks() == 123456);
        }
        assertThat(StatLine.parse(7, bytes(line.replace("123456", "99999999999999999999"))))
                .isEmpty();
    }

    @Test
    void argumentsAreAnyBytes() throws IOException {
        proc.process(7, "/x").write(7, "cmdline", bytes("a\0\0b c\nd\0\u00ff\u00c3\u00a9\0"));
        assertThat(facts(7).args()).isEqualTo(Fact.of(List.of("a", "", "b c\nd", "\ufffd\u00e9")));
        proc.write(7, "cmdline", bytes("nginx: worker process"));
        assertThat(facts(7).args()).isEqualTo(Fact.of(List.of("nginx: worker process")));
        proc.write(7, "cmdline", bytes("title" + "\0".repeat(9000)));
        assertThat(facts(7).args()).isEqualTo(Fact.of(List.of("title")));
        proc.write(7, "cmdline", bytes("\0\0"));
        assertThat(facts(7).args()).isEqualTo(Fact.of(List.of()));
    }

    /// In the midst of an exec there are no arguments yet: that says nothing about those it will have.
    @Test
    void noArgumentsAreNotYetArguments() throws IOException {
        proc.process(7, "/x").write(7, "cmdline", bytes(""));
        assertThat(facts(7).args()).isInstanceOf(Fact.Unreadable.class);
    }

    /// A part of the arguments would say of the rest that they are not there.
    @Test
    void tooManyArgumentsAreUnreadable() throws IOException {
        int limit = ProcReader.MAX_CMDLINE_BYTES;
        proc.process(7, "/x").write(7, "cmdline", bytes("x".repeat(limit)));
        assertThat(facts(7).args()).isEqualTo(Fact.of(List.of("x".repeat(limit))));
        proc.write(7, "cmdline", bytes("x".repeat(limit + 1)));
        assertThat(facts(7).args()).isEqualTo(Fact.unreadable("longer than 131072 bytes"));
        proc.write(7, "cmdline", bytes("x\0".repeat(4097)));
        assertThat(facts(7).args()).isEqualTo(Fact.unreadable("more than 4096 arguments"));
    }

    @Test
    void theKernelsWordAboutADeletedExecutableGoes() throws IOException {
        proc.process(7, "/usr/bin/x (deleted)").process(8, "/usr/bin/x (deleted) (deleted)");
        assertThat(facts(7).exe()).isEqualTo(Fact.of("/usr/bin/x"));
        assertThat(facts(8).exe()).isEqualTo(Fact.of("/usr/bin/x (deleted)"));
    }

    @Test
    void userIdsAreUnsigned() throws IOException {
        proc.process(7, "/x").write(7, "status", bytes("Name:\tUid:\t1\nUid:\t4294967294\t0\nTracerPid:\t12\n"));
        assertThat(facts(7).uid()).isEqualTo(Fact.of(-2));
        assertThat(proc.reader().tracerPid(7)).contains(12);
    }

    @Test
    void mappings() throws IOException {
        proc.write(7, "maps", bytes("""
                        00400000-00401000 r--p 00000000 08:1f 42                   /usr/bin/x
                        00401000-00402000 r-xp 00001000 08:1f 42                   /usr/bin/x
                        7f0000000000-7f0000001000 rwxp 00000000 00:00 0\s
                        7f0000002000-7f0000003000 r-xs 00000000 00:01 9    /a b\\012c\\040d \u00c3\u00a9 (deleted)
                        7ffd0000-7ffe0000 r-xp 00000000 00:00 0                          [vdso]
                        ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0          [vsyscall]
                        """));
        assertThat(proc.reader().executableMappings(7))
                .containsExactly(
                        new MappedFile(0x401000, 0x402000, 0x1000, "08:1f", 42, "/usr/bin/x", false),
                        new MappedFile(0x7f0000002000L, 0x7f0000003000L, 0, "00:01", 9, "/a b\nc\\040d \u00e9", true));
        assertThat(proc.reader().code(7))
                .extracting(CodeArea::name)
                .containsExactly("/usr/bin/x", "", "/a b\nc\\040d \u00e9", "[vdso]", "[vsyscall]");
        CodeArea last = proc.reader().code(7).getLast();
        assertThat(last.contains(0xffffffffff600fffL)).isTrue();
        assertThat(last.contains(0xffffffffff601000L)).isFalse();
        assertThat(last.contains(0x7fffffffffffL)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "7f00-8000",
                "7f00-8000 r-xp",
                "zz-8000 r-xp 0 08:1f 42 /x",
                "7f00-8000 r-x 0 08:1f 42 /x",
                "7f00-8000 r-xp 0 08:1f x /x",
                "7f00-8000 r-xp 0 08:1f 99999999999999999999 /x",
                "11111111111111111-8000 r-xp 0 08:1f 42 /x",
                "7f00-8000 r-xp 0 08:1f"
            })
    void linesThatMakeNoSenseAreLeftOut(String line) throws IOException {
        proc.write(7, "maps", bytes(line + "\n" + EXECUTABLE));
        assertThat(proc.reader().executableMappings(7)).hasSize(1);
    }

    @Test
    void aLineThatIsCutIsLeftOut() throws IOException {
        proc.write(7, "maps", bytes(EXECUTABLE + EXECUTABLE.strip() + "x".repeat(20_000) + "\n" + EXECUTABLE.strip()));
        assertThat(proc.reader().executableMappings(7)).hasSize(1);
    }

    @Test
    void manyMappings() throws IOException {
        proc.write(7, "maps", bytes(EXECUTABLE.repeat(100_000)));
        long start = System.nanoTime();
        assertThat(proc.reader().executableMappings(7)).hasSize(100_000);
        System.out.printf("100,000 mappings: %d ms%n", (System.nanoTime() - start) / 1_000_000);
        proc.write(7, "maps", bytes(EXECUTABLE.repeat(ProcReader.MAX_MAPS_LINES + 1)));
        assertThatThrownBy(() -> proc.reader().executableMappings(7))
                .isInstanceOf(IOException.class)
                .hasMessage("more than 200000 mappings");
    }

    @Test
    void fileSystems() throws IOException {
        proc.write(7, "mountinfo", bytes("""
                        36 35 98:0 /a /mnt\\040x rw,noatime master:1 - ext3 /dev/root rw
                        37 35 0:9 / /- rw - fuse.ssh\\040fs a@b rw
                        38 35 0:9 / / rw shared:1 master:2
                        39
                        40 35 0:9 / / rw -
                        """));
        ProcReader reader = proc.reader();
        assertThat(reader.fileSystemOf(7, 36)).contains("ext3");
        assertThat(reader.fileSystemOf(7, 37)).contains("fuse.ssh fs");
        for (long id : new long[] {38, 39, 40, 41, -1}) {
            assertThat(reader.fileSystemOf(7, id)).isEmpty();
        }
    }

    @Test
    void textIsUtf8WithReplacement() throws IOException {
        proc.process(7, "/x").write(7, "comm", bytes("\u00c3\u00a9\u00ff\n\n"));
        assertThat(facts(7).comm()).isEqualTo(Fact.of("\u00e9\ufffd\n"));
        assertThat(new String(new byte[] {(byte) 0xff}, StandardCharsets.UTF_8)).isEqualTo("\ufffd");
    }
}
