package dev.stet.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import dev.stet.kernel.OpenFile;
import dev.stet.procfs.CodeArea;
import dev.stet.procfs.ProcReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Stacks of real programs: gdb says what their addresses and functions are.
class StackSymbolsTest {
    private static final String C = """
            #include <unistd.h>
            #include <stdlib.h>
            static volatile int depth;
            __attribute__((noinline)) static void last(void) { for (;;) pause(); }
            /* Its call is its last instruction: what it returns to is the next function's. */
            __attribute__((noinline, noreturn)) void innermost(void) { depth++; last(); __builtin_unreachable(); }
            __attribute__((noinline)) void middle(int n) { if (n) { middle(n - 1); depth++; } else { innermost(); } }
            __attribute__((noinline)) void outer(void) { middle(2); depth++; }
            int main(void) { outer(); return depth; }
            """;

    private static final String CXX = """
            #include <unistd.h>
            #include <string>
            namespace shop { struct Basket { __attribute__((noinline)) int pay(const std::string &how, int n); }; }
            int shop::Basket::pay(const std::string &how, int n) { for (;;) pause(); return n + how.size(); }
            int main(int argc, char **argv) { shop::Basket b; return b.pay(argv[0], argc) + 1; }
            """;

    private static final String GO = """
            package main
            type server struct { n int }
            //go:noinline
            func (s *server) spin(n int) int { for { s.n++; if s.n < 0 { return n } } }
            //go:noinline
            func handle(s *server) int { return s.spin(1) + 1 }
            func main() { s := &server{}; println(handle(s)) }
            """;

    private static final Pattern FRAME = Pattern.compile("FRAME 0x([0-9a-f]+) (.*)");

    @TempDir
    private Path directory;

    private final ProcReader proc = new ProcReader(Path.of("/proc"));
    private final List<OpenFile> opened = new ArrayList<>();
    private final StackSymbols symbols = new StackSymbols(proc, (pid, mapped) -> {
        String range = Long.toHexString(mapped.start()) + "-" + Long.toHexString(mapped.end());
        opened.add(OpenFile.open("/proc/" + pid + "/map_files/" + range, _ -> {}));
        return opened.getLast();
    });

    /// A frame as gdb sees it.
    private record Seen(long address, String function) {}

    /// The innermost first.
    private List<Seen> stack(long pid, String thread) throws IOException, InterruptedException {
        Path script = Files.writeString(directory.resolve("frames.py"), """
                import gdb
                for thread in gdb.selected_inferior().threads():
                    thread.switch()
                    frames = []
                    f = gdb.newest_frame()
                    while f and len(frames) < 50:
                        frames.append((f.pc(), f.name()))
                        f = f.older()
                    if any(name and "THREAD" in name for _, name in frames):
                        for pc, name in frames: print("FRAME 0x%x %s" % (pc, name))
                        break
                """.replace("THREAD", thread));
        List<Seen> seen = new ArrayList<>();
        String text = run("gdb", "-q", "-nx", "-batch", "-p", Long.toString(pid), "-ex", "source " + script);
        text.lines()
                .map(FRAME::matcher)
                .filter(Matcher::matches)
                .forEach(it -> seen.add(new Seen(Long.parseUnsignedLong(it.group(1), 16), it.group(2))));
        assertThat(seen).as(text).isNotEmpty();
        return seen;
    }

    private String run(String... command) throws IOException, InterruptedException {
        need(command[0]);
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().putIfAbsent("HOME", directory.toString());
        Process process = builder.start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            fail(String.join(" ", command) + ": " + text);
        }
        return text;
    }

    private static void need(String tool) {
        boolean there = tool.startsWith("/")
                ? Files.isExecutable(Path.of(tool))
                : Stream.of(System.getenv("PATH").split(":", -1))
                        .anyMatch(each -> Files.isExecutable(Path.of(each, tool)));
        if (!there && "true".equals(System.getenv("CI"))) {
            fail("needs " + tool);
        }
        Assumptions.assumeTrue(there, "needs " + tool);
    }

    private Path source(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private List<StackFrame> frames(long pid, List<Seen> seen, long now) {
        return symbols.frames((int) pid, seen.stream().map(Seen::address).toList(), now);
    }

    @Test
    void aStackOfC() throws Exception {
        Path program = directory.resolve("app");
        var ignored = run(
                "gcc",
                "-O2",
                "-fno-omit-frame-pointer",
                "-fno-optimize-sibling-calls",
                "-fno-reorder-functions",
                "-o",
                program.toString(),
                source("app.c", C).toString());
        Process process = new ProcessBuilder(program.toString()).start();
        try {
            Thread.sleep(200);
            List<Seen> seen = stack(process.pid(), "outer");
            List<StackFrame> frames = frames(process.pid(), seen, 1);
            assertThat(frames).hasSameSizeAs(seen);
            assertThat(frames.stream().map(StackFrame::function))
                    .containsSubsequence("pause", "last", "innermost", "middle", "middle", "middle", "outer", "main");
            for (int i = 0; i < seen.size(); i++) {
                if (frames.get(i).file().equals("app")) {
                    assertThat(frames.get(i).function()).isEqualTo(seen.get(i).function());
                }
            }
            assertThat(frames.getFirst().file()).startsWith("libc.so");
            process.destroyForcibly().waitFor();
            assertThat(frames(process.pid(), seen, 5_000_000_000L))
                    .as("the process is gone")
                    .isEqualTo(frames);
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void aStackOfCxxIsDemangled() throws Exception {
        Path program = directory.resolve("shop");
        var ignored = run(
                "g++",
                "-O1",
                "-fno-omit-frame-pointer",
                "-fno-pie",
                "-no-pie",
                "-o",
                program.toString(),
                source("shop.cc", CXX).toString());
        Process process = new ProcessBuilder(program.toString()).start();
        try {
            Thread.sleep(200);
            List<StackFrame> frames = frames(process.pid(), stack(process.pid(), "pay"), 1);
            assertThat(frames.stream().map(StackFrame::function))
                    .containsSubsequence("pause", "shop::Basket::pay", "main");
        } finally {
            process.destroyForcibly();
        }
    }

    /// Go keeps its functions' names, also in stripped programs.
    @Test
    void aStackOfGo() throws Exception {
        Path program = directory.resolve("spin");
        var ignored = run(
                go(), "build", "-o", program.toString(), source("spin.go", GO).toString());
        Process process = new ProcessBuilder(program.toString()).start();
        try {
            Thread.sleep(200);
            List<Seen> seen = stack(process.pid(), "spin");
            List<StackFrame> frames = frames(process.pid(), seen, 1);
            assertThat(frames.stream().map(StackFrame::function))
                    .containsSubsequence("main.(*server).spin", "main.handle", "main.main");
            assertThat(frames.stream().map(StackFrame::file)).containsOnly("spin");
        } finally {
            process.destroyForcibly();
        }
    }

    private static String go() {
        return Stream.of("1.26", "1.24", "1.23", "1.22", "1.21", "1.19")
                .map(version -> "/usr/lib/go-" + version + "/bin/go")
                .filter(path -> Files.isExecutable(Path.of(path)))
                .findFirst()
                .orElse("go");
    }

    /// What is in no file, and what is nowhere.
    @Test
    void codeWithoutAFile() throws IOException {
        int self = (int) ProcessHandle.current().pid();
        List<CodeArea> areas = proc.code(self);
        long vdso = areas.stream()
                .filter(it -> it.name().equals("[vdso]"))
                .findFirst()
                .orElseThrow()
                .start();
        long compiled = areas.stream()
                .filter(it -> it.name().isEmpty())
                .findFirst()
                .orElseThrow()
                .start();
        assertThat(symbols.frames(self, List.of(vdso + 16, compiled + 16, 17L, -1L), 1))
                .extracting(StackFrame::toString)
                .containsExactly(
                        "[vdso] 0x" + Long.toHexString(vdso + 16),
                        "[anon] 0x" + Long.toHexString(compiled + 16),
                        "[unknown] 0x11",
                        "[unknown] 0xffffffffffffffff");
    }

    /// Names of all functions of this machine's libraries that a process has, within a budget of files.
    @Test
    void filesAreOpenedOnceAndClosed() throws IOException {
        int self = (int) ProcessHandle.current().pid();
        List<Long> addresses = proc.code(self).stream()
                .filter(it -> it.file().isPresent())
                .flatMap(it -> Stream.iterate(it.start(), at -> at < it.end(), at -> at + 65_537))
                .toList();
        List<StackFrame> first = symbols.frames(self, addresses, 1);
        int files = opened.size();
        assertThat(first.stream().filter(it -> !it.function().isEmpty())).hasSizeGreaterThan(20);
        assertThat(symbols.frames(self, addresses, 2_000_000_000L)).isEqualTo(first);
        assertThat(opened).hasSize(files);
        symbols.close();
        assertThat(opened).allMatch(file -> isClosed(file));
    }

    private static boolean isClosed(OpenFile file) {
        try {
            return file.selfPath().isEmpty();
        } catch (IllegalStateException closed) {
            return true;
        }
    }
}
