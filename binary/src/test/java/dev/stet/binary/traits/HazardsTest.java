package dev.stet.binary.traits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.binary.BinaryException;
import dev.stet.binary.ByteSource;
import dev.stet.binary.Executable;
import dev.stet.binary.Hazard;
import dev.stet.binary.Hazard.Kind;
import dev.stet.binary.Language;
import dev.stet.binary.MalformedBinaryException;
import dev.stet.binary.Tools;
import dev.stet.binary.UnsupportedFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Each hazard is found in a program that has it, and in no other.
class HazardsTest {
    private static final String LONG_NAME = "12 kilobytes";
    private static final int E_SHOFF = 40;
    private static final int E_SHNUM = 60;

    @TempDir
    static Path directory;

    private static Path plain;
    private static Path thrower;

    @BeforeAll
    static void compile() throws IOException {
        Files.writeString(directory.resolve("plain.c"), """
                #include <stdio.h>
                int main(int n, char **v) { return printf("%d %s\\n", n, v[0]) < 0; }
                """);
        plain = build("plain", "gcc", "-O2", "plain.c");
        Files.writeString(directory.resolve("thrower.cc"), """
                #include <stdexcept>
                __attribute__((noinline)) void f(int n) { if (n > 1) throw std::runtime_error("x"); }
                int main(int n, char **v) { try { f(n); } catch (std::exception &e) { return 1; } return 0; }
                """);
        thrower = build("thrower", "g++", "-O2", "thrower.cc");
    }

    private static Path build(String output, String... command) {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(List.of("-o", output));
        Tools.run(directory, all.toArray(String[]::new));
        return directory.resolve(output);
    }

    /// @param code of a function beside main
    private static Path c(String name, String code, String... flags) throws IOException {
        Files.writeString(directory.resolve(name + ".c"), code + "\nint main(void) { return 0; }\n");
        List<String> command = new ArrayList<>(List.of("gcc", "-O1", name + ".c"));
        command.addAll(List.of(flags));
        return build(name, command.toArray(String[]::new));
    }

    private static Executable parse(byte[] bytes) throws IOException {
        return Executable.parse(ByteSource.of(bytes));
    }

    private static Executable parse(Path path) throws IOException {
        return parse(Files.readAllBytes(path));
    }

    private static Set<Kind> kinds(Path path) throws IOException {
        return kinds(Files.readAllBytes(path));
    }

    private static Set<Kind> kinds(byte[] bytes) throws IOException {
        return parse(bytes).hazards().stream().map(Hazard::kind).collect(Collectors.toSet());
    }

    /// What a program looks like whose section headers were cut off.
    private static byte[] withoutSections(Path path) throws IOException {
        byte[] bytes = Files.readAllBytes(path);
        for (int i = 0; i < 8; i++) {
            bytes[E_SHOFF + i] = 0;
        }
        for (int i = 0; i < 4; i++) {
            bytes[E_SHNUM + i] = 0;
        }
        return bytes;
    }

    @Test
    void ordinaryProgramsHaveNone() throws IOException {
        assertThat(parse(plain).hazards()).isEmpty();
        assertThat(kinds(withoutSections(plain))).isEmpty();
        for (String name : List.of("ls", "cat", "cp", "sort", "sha256sum", "sed", "tar", "bash", "dash")) {
            Path path = Tools.needFile("/usr/bin/" + name);
            assertThat(parse(path).hazards()).as(name).isEmpty();
            assertThat(parse(path).language()).as(name).isEqualTo(Language.C);
        }
    }

    /// Names that only resemble one of a mark; and text that is named as hazards are, but is no symbol.
    @Test
    void similarNamesAreNone() throws IOException {
        Path path = c("similar", """
                int swapcontexts(void) { return 1; }
                int my_swapcontext(void) { return 2; }
                int getcontext_(void) { return 3; }
                int large_pages = 1;
                const char *text = "UPX! swapcontext __asan_init";
                """, "-rdynamic");
        assertThat(parse(path).hazards()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            FIBERS            | #include <ucontext.h> \\n void *f[] = {(void *) makecontext, (void *) swapcontext};
            FIBERS            | void *jump_fcontext(void) { return 0; }
            FIBERS            | void qemu_coroutine_switch(void) {}
            FIBERS            | void __crystal_main(void) {}
            STACK_WALKER      | int backtrace(void **, int); int f(void) { void *a[9]; return backtrace(a, 9); }
            STACK_WALKER      | int _Unwind_Backtrace(void *, void *); int f(void) { return _Unwind_Backtrace(0, 0); }
            TRACER            | #include <sys/ptrace.h> \\n long f(void) { return ptrace(PTRACE_TRACEME, 0, 0, 0); }
            SYSCALL_FILTER    | int seccomp_load(void) { return 0; }
            LARGE_PAGES       | int MapStaticCodeToLargePages(void) { return 0; }
            LARGE_PAGES       | void f(void) __asm__("_ZN4node25MapStaticCodeToLargePagesEv"); void f(void) {}
            CODE_PATCHING     | void __xray_patch(void) {}
            SELF_CHECKSUM     | char BORINGSSL_bcm_text_hash[32];
            RUNTIME_CODE      | void luaJIT_setmode(void) {}
            RUNTIME_CODE      | void f(void) __asm__("_ZN2v87Isolate3NewEv"); void f(void) {}
            """)
    void symbols(Kind kind, String code) throws IOException {
        Path path = c("symbols", code.replace("\\n", "\n"));
        assertThat(kinds(path)).containsExactly(kind);
        assertThat(parse(path).hazards().getFirst().evidence()).isNotEmpty();
    }

    @Test
    void importsAreFoundWithoutSectionHeaders() throws IOException {
        Path fibers = c("fibers", "#include <ucontext.h>\nvoid *f[] = {makecontext, swapcontext};", "-s");
        assertThat(parse(fibers).hazards())
                .containsExactly(new Hazard(Kind.FIBERS, List.of("imports swapcontext", "imports makecontext")));
        assertThat(kinds(withoutSections(fibers))).containsExactly(Kind.FIBERS);
    }

    /// As libc does: it is who calls it that has fibers.
    @Test
    void libraryThatOffersASwitchHasNoFibers() throws IOException {
        Path path = c("offers", "int swapcontext(void) { return 0; }", "-shared", "-fPIC", "-Wl,-soname,liboffers.so");
        assertThat(parse(path).hazards()).isEmpty();
    }

    @Test
    void staticProgramThatSwitches() throws IOException {
        Path path = c("switches", "#include <ucontext.h>\nvoid *volatile f[] = {makecontext, swapcontext};", "-static");
        // glibc unwinds the stacks of threads that are cancelled.
        assertThat(kinds(path)).containsExactlyInAnyOrder(Kind.FIBERS, Kind.EXCEPTION_TABLES);
        assertThat(parse(path).origin().runtimes()).contains("glibc");
    }

    @Test
    void exceptions() throws IOException {
        assertThat(kinds(thrower)).containsExactly(Kind.EXCEPTION_TABLES);
        assertThat(kinds(withoutSections(thrower))).containsExactly(Kind.EXCEPTION_TABLES);
        Path stripped = directory.resolve("thrower.static");
        Tools.run(directory, "g++", "-O2", "-static", "-s", "-o", stripped.toString(), "thrower.cc");
        Executable executable = parse(withoutSections(stripped));
        assertThat(executable.hazards())
                .containsExactly(
                        // Static programs find .eh_frame by themselves, not by a program header.
                        new Hazard(Kind.EXCEPTION_TABLES, List.of("constant St9exception")));
        assertThat(executable.language()).isEqualTo(Language.CXX);
        assertThat(executable.origin().evidence()).contains("constant St9exception");
    }

    @Test
    void sanitizers() throws IOException {
        assertThat(kinds(build("asan", "gcc", "-fsanitize=address", "plain.c"))).contains(Kind.SANITIZER);
        assertThat(kinds(build("ubsan", "gcc", "-fsanitize=undefined", "thrower.cc", "-lstdc++")))
                .contains(Kind.SANITIZER);
    }

    /// ClickHouse is not at hand: the section is what it looks for in itself.
    @Test
    void selfChecksum() throws IOException {
        Files.write(directory.resolve("hash"), new byte[16]);
        Tools.run(directory, "objcopy", "--add-section", ".clickhouse.hash=hash", "plain", "clickhouse");
        assertThat(parse(directory.resolve("clickhouse")).hazards())
                .containsExactly(new Hazard(Kind.SELF_CHECKSUM, List.of("section .clickhouse.hash")));
    }

    @Test
    void packed() throws IOException {
        Tools.need("upx");
        build("unpacked", "gcc", "-O2", "-static", "plain.c");
        Tools.run(directory, "upx", "-q", "-1", "-o", "packed", "unpacked");
        byte[] bytes = Files.readAllBytes(directory.resolve("packed"));
        assertThat(kinds(bytes)).containsExactly(Kind.PACKED);
        assertThat(parse(bytes).language()).isEqualTo(Language.UNKNOWN);
        // Those who hide that they pack overwrite the magic.
        int at = new String(bytes, 0, 1024, StandardCharsets.ISO_8859_1).indexOf("UPX!");
        bytes[at] = 'x';
        assertThat(kinds(bytes)).containsExactly(Kind.PACKED);
        assertThat(kinds(withoutSections(directory.resolve("unpacked")))).doesNotContain(Kind.PACKED);
    }

    @Test
    void brokenTablesLeaveTheRest() throws IOException {
        byte[] bytes = withoutSections(thrower);
        bytes[E_SHOFF + 6] = 1; // far behind the end
        bytes[E_SHNUM] = 30;
        Executable executable = parse(bytes);
        assertThat(executable.language()).isEqualTo(Language.CXX);
        assertThat(executable.origin().runtimes()).contains("glibc", "libstdc++");
        assertThat(executable.origin().evidence()).contains("cannot be read: section headers");
        assertThat(executable.hazards()).isNotEmpty();
    }

    /// Nothing but a refusal to parse at all.
    @Test
    void hostileBytesGiveAnAnswer() throws IOException {
        long seed = Long.getLong("stet.seed", System.nanoTime());
        Random random = new Random(seed);
        byte[] sound = Files.readAllBytes(thrower);
        for (int round = 0; round < 3000; round++) {
            byte[] bytes = sound.clone();
            int within = round % 2 == 0 ? 1024 : bytes.length;
            for (int i = 0; i < 8; i++) {
                bytes[random.nextInt(within)] = (byte) random.nextInt(256);
            }
            Executable executable;
            try {
                executable = parse(bytes);
            } catch (MalformedBinaryException | UnsupportedFormatException refused) {
                continue;
            }
            String replay = "-Dstet.seed=" + seed + ", round " + round;
            try {
                assertThat(executable.origin().language()).as(replay).isNotNull();
                assertThat(executable.hazards())
                        .as(replay)
                        .allMatch(h -> !h.evidence().isEmpty());
            } catch (BinaryException escaped) {
                throw new AssertionError(replay, escaped);
            }
        }
    }

    /// A program whose symbol table says that it has eight million symbols, and has them.
    ///
    /// @param name that all of them have
    @ParameterizedTest
    @ValueSource(strings = {"_ZN", LONG_NAME})
    void millionsOfSymbols(String name) throws IOException {
        byte[] bytes = Files.readAllBytes(plain);
        byte[] names = ("\0" + name.replace(LONG_NAME, "_ZN" + "5abcde".repeat(2000)) + "\0")
                .getBytes(StandardCharsets.US_ASCII);
        long count = 8 << 20;
        ByteBuffer file = ByteBuffer.wrap(Arrays.copyOf(bytes, bytes.length + names.length + 24))
                .order(ByteOrder.LITTLE_ENDIAN);
        int symbolsAt = bytes.length + names.length + 24;
        file.put(bytes.length, names);
        int headers = (int) file.getLong(E_SHOFF);
        for (int i = 0; i < file.getShort(E_SHNUM); i++) {
            int header = headers + 64 * i;
            if (file.getInt(header + 4) == 2) {
                file.putLong(header + 24, symbolsAt).putLong(header + 32, 24 * count);
                int strings = headers + 64 * file.getInt(header + 40);
                file.putLong(strings + 24, bytes.length).putLong(strings + 32, names.length);
            }
        }
        byte[] symbol = ByteBuffer.allocate(24)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(1)
                .put((byte) 0x12)
                .put((byte) 0)
                .putShort((short) 1)
                .array();
        long before = processorMillis();
        Executable executable = Executable.parse(new ByteSource() {
            @Override
            public long size() {
                return symbolsAt + 24 * count;
            }

            @Override
            public int read(long at, byte[] into, int offset, int length) throws IOException {
                if (at < symbolsAt) {
                    return ByteSource.of(file.array()).read(at, into, offset, length);
                }
                for (int i = 0; i < length; i++) {
                    into[offset + i] = symbol[(int) ((at + i - symbolsAt) % 24)];
                }
                return length;
            }
        });
        assertThat(executable.hazards()).isEmpty();
        long millis = processorMillis() - before;
        System.out.printf("8 Mi symbols of %d bytes: %d ms%n", names.length - 2, millis);
        // Two seconds, and as much for making up the file and compiling this.
        assertThat(millis).isLessThan(6_000);
    }

    /// Of this process, so that what else runs on the machine does not count.
    private static long processorMillis() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toMillis();
    }

    @Test
    void textOfTheFileIsShownClean() throws IOException {
        Path path = c("escape", "__asm__(\".ident \\\"\\\\033[2Jevil\\\"\");");
        assertThat(parse(path).origin().compilers()).anyMatch(line -> line.contains("evil"));
        assertThat(parse(path).origin().compilers()).noneMatch(line -> line.indexOf(0x1b) >= 0);
    }
}
