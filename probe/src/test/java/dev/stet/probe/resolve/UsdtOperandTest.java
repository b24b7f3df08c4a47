package dev.stet.probe.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.binary.BinaryException;
import dev.stet.binary.ByteSource;
import dev.stet.binary.Executable;
import dev.stet.binary.Machine;
import dev.stet.binary.UsdtProbe;
import dev.stet.binary.UsdtProbe.Argument;
import dev.stet.binary.UsdtProbe.Kind;
import dev.stet.probe.compile.Word;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsdtOperandTest {
    private static final UsdtProbe PROBE = new UsdtProbe("p", "n", 0x1000, 0x1000, OptionalLong.empty(), List.of());

    @TempDir
    private Path directory;

    private static OptionalLong symbols(String name) {
        return name.equals("counters") ? OptionalLong.of(0x5000) : OptionalLong.empty();
    }

    private static Place place(String operand, int size, Kind kind) throws BinaryException {
        return UsdtOperand.place(Machine.X86_64, PROBE, new Argument(size, kind, operand), UsdtOperandTest::symbols);
    }

    private static Word word(Place place) {
        return place instanceof Place.Words words
                ? words.parts().getFirst().word()
                : new Word.Constant(Long.parseLong("no word: " + place));
    }

    /// What the compiler wrote, and gdb's way to say the same. All operands are one probe's each, at which all
    /// registers have their own values.
    private static final Map<String, String> FORMS = new LinkedHashMap<>();

    static {
        String[] registers = {
            "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"
        };
        for (String register : registers) {
            FORMS.put("8@%" + register, "$" + register);
            FORMS.put("-8@%" + register, "$" + register);
            FORMS.put("4@%" + register, "(unsigned int)$" + register);
        }
        for (String letter : List.of("a", "b", "c", "d")) {
            FORMS.put("1@%" + letter + "l", "(unsigned char)$r" + letter + "x");
            FORMS.put("-1@%" + letter + "l", "(signed char)$r" + letter + "x");
            FORMS.put("1@%" + letter + "h", "(unsigned char)($r" + letter + "x >> 8)");
            FORMS.put("-1@%" + letter + "h", "(signed char)($r" + letter + "x >> 8)");
            FORMS.put("2@%" + letter + "x", "(unsigned short)$r" + letter + "x");
            FORMS.put("-2@%" + letter + "x", "(short)$r" + letter + "x");
            FORMS.put("4@%e" + letter + "x", "(unsigned int)$r" + letter + "x");
            FORMS.put("-4@%e" + letter + "x", "(int)$r" + letter + "x");
        }
        for (String pointer : List.of("si", "di", "bp", "sp")) {
            FORMS.put("-1@%" + pointer + "l", "(signed char)$r" + pointer);
            FORMS.put("-2@%" + pointer, "(short)$r" + pointer);
            FORMS.put("-4@%e" + pointer, "(int)$r" + pointer);
        }
        for (int number = 8; number <= 15; number++) {
            FORMS.put("1@%r" + number + "b", "(unsigned char)$r" + number);
            FORMS.put("-2@%r" + number + "w", "(short)$r" + number);
            FORMS.put("-4@%r" + number + "d", "(int)$r" + number);
        }
        FORMS.put("8@%eax", "(unsigned int)$rax");
        FORMS.put("-8@%eax", "(int)$rax");
        FORMS.put("-4@$-1", "-1");
        FORMS.put("4@$-1", "4294967295UL");
        FORMS.put("1@$300", "44");
        FORMS.put("8@$0x7fffffffffffffff", "0x7fffffffffffffffL");
        FORMS.put("8@$18446744073709551615", "-1");
        FORMS.put("8@(%rsp)", "*(long*)$rsp");
        FORMS.put("-4@8(%rsp)", "*(int*)($rsp+8)");
        FORMS.put("4@-4(%rbp)", "*(unsigned int*)($rbp-4)");
        FORMS.put("-2@-0x10(%rbp)", "*(short*)($rbp-16)");
        FORMS.put("-1@-16+8(%rbp)", "*(signed char*)($rbp-8)");
        FORMS.put("8f@8(%rsp)", "*(long*)($rsp+8)");
        FORMS.put("4f@8(%rsp)", "*(unsigned int*)($rsp+8)");
        FORMS.put("8@(%r14,%r15)", "*(long*)($r14+$r15)");
        FORMS.put("-4@8(%r14,%r15,1)", "*(int*)($r14+8+$r15)");
        FORMS.put("-4@8(%r14, %r15, 2)", "*(int*)($r14+8+2*$r15)");
        FORMS.put("-2@(%r14,%r15,4)", "*(short*)($r14+4*$r15)");
        FORMS.put("1@-8(%r14,%r15,8)", "*(unsigned char*)($r14-8+8*$r15)");
        FORMS.put("4@data_begin(%rip)", "*(unsigned int*)&data_begin");
        FORMS.put("-4@data_begin+12(%rip)", "*(int*)((char*)&data_begin+12)");
        FORMS.put("-1@20+data_begin(%rip)", "*(signed char*)((char*)&data_begin+20)");
        FORMS.put("-8@local_data-8(%rip)", "*(long*)((char*)&local_data-8)");
        FORMS.put("8@$data_begin+4", "(char*)&data_begin+4");
        FORMS.put("8@data_begin", "*(long*)&data_begin");
        FORMS.put("8@data_begin(,%r15,8)", "*(long*)((char*)&data_begin+8*$r15)");
        FORMS.put("8@%rip", "$rip");
    }

    /// A program with a note for each operand, at one place.
    private static String source() {
        StringBuilder notes = new StringBuilder();
        int number = 0;
        for (String form : FORMS.keySet()) {
            notes.append("""
                    "992: .balign 4\\n .4byte 994f-993f, 996f-995f, 3\\n993: .asciz \\"stapsdt\\"\\n994: .balign 4\\n"
                    "995: .8byte 990b, _.stapsdt.base, 0\\n .asciz \\"forms\\"\\n .asciz \\"form%d\\"\\n"
                    " .asciz \\"%s\\"\\n996: .balign 4\\n"
                    """.formatted(number++, form));
        }
        return """
                long data_begin[512] = {0x1122334455667788, -2, -3, 0x8899aabbccddeeff, 5, 6, 7, 8};
                static long local_data[8] __attribute__((used)) = {-11, 0x1234567890abcdef};
                int main(void) {
                  __asm__ volatile(
                    "push %rbp\\n lea data_begin(%rip), %r14\\n mov $2, %r15\\n"
                    "mov $0x8123456789abcdef, %rax\\n push %rax\\n push %rax\\n push %rax\\n mov %rsp, %rbp\\n"
                    "mov $0x8877665544332211, %rax\\n push %rax\\n mov $0xf8e8d8c8b8a89888, %rax\\n push %rax\\n"
                    "mov $0xfedcba9876543210, %rax\\n push %rax\\n"
                    "mov $0xb1b2b3b4b5b6b7b8, %rbx\\n mov $0x71c2c3c4c5c677c8, %rcx\\n mov $0xd1d2d3d4d5d6d7d8, %rdx\\n"
                    "mov $0xa1a2a3a4a5a6a7a8, %rsi\\n mov $0x9192939495969798, %rdi\\n mov $0x81828384f5868788, %r8\\n"
                    "mov $0x9192939475969778, %r9\\n mov $0xaaabacadaeafa0a1, %r10\\n mov $-11, %r11\\n"
                    "mov $0xc1c2c3c4c5c6c7c8, %r12\\n mov $-13, %r13\\n"
                    "990: nop\\n hlt\\n"
                    ".pushsection .note.stapsdt,\\"\\",\\"note\\"\\n"
                NOTES
                    ".popsection\\n"
                    ".pushsection .stapsdt.base,\\"aG\\",\\"progbits\\",.stapsdt.base,comdat\\n .weak _.stapsdt.base\\n"
                    "_.stapsdt.base: .space 1\\n .popsection\\n");
                  return 0;
                }
                """.replace("NOTES", notes);
    }

    /// Every operand that the assembler can write is what gdb says that it is, wherever the program is loaded.
    @ParameterizedTest
    @ValueSource(strings = {"-pie", "-no-pie"})
    void operandsAreWhatGdbSays(String linking) throws Exception {
        UsdtTarget.need(System.getProperty("os.arch").equals("amd64"), "x86-64");
        Executable executable = UsdtTarget.compile(directory, "forms", source(), "gcc", "-g", "-O1", "-fPIE", linking);
        List<UsdtProbe> probes = executable.usdt();
        assertThat(probes).hasSameSizeAs(FORMS.keySet());
        UsdtTarget target = UsdtTarget.stop(directory.resolve("forms"), "forms:form0", new ArrayList<>(FORMS.values()));
        int i = 0;
        for (String form : FORMS.keySet()) {
            UsdtProbe probe = probes.get(i);
            Place place = UsdtOperand.place(executable, probe, probe.arguments().getFirst());
            assertThat(place).as(form).isInstanceOf(Place.Words.class);
            assertThat(target.value(word(place)))
                    .as(form)
                    .isEqualTo(target.printed().get(i++));
        }
    }

    /// A program that uses SystemTap's header, as compilers of two makes and two levels translate it: its
    /// arguments are what gdb's own reader of probes finds.
    @ParameterizedTest
    @CsvSource({"gcc, -O0", "gcc, -O2", "clang, -O0", "clang, -O2"})
    void argumentsAreWhatGdbsProbesSay(String compiler, String level) throws Exception {
        UsdtTarget.need(Files.exists(Path.of("/usr/include/x86_64-linux-gnu/sys/sdt.h")), "systemtap-sdt-dev");
        String source = """
                #include <sys/sdt.h>
                #include <stdint.h>
                long data_begin[512] = {1, -2, 3};
                static int counter = -77;
                struct item { char c; short s; int32_t i; uint64_t u; } items[4] = {{-1, -2, -3, 4}, {-5, -6, -7, 8}};
                __attribute__((noinline)) long work(char c, unsigned char u, short s, unsigned w, long l, void *p, int k) {
                    counter += k;
                    DTRACE_PROBE8(app, hit, c, u, s, w, l, p, counter, data_begin[k]);
                    DTRACE_PROBE4(app, item, items[k].c, items[k].s, items[k].i, items[k].u);
                    return counter + l;
                }
                int main(int argc, char **argv) { return (int) work(-3, 250, -300, 4000000000u, -5, argv, argc); }
                """;
        Executable executable = UsdtTarget.compile(directory, "app", source, compiler, "-g", level);
        for (UsdtProbe probe : executable.usdt()) {
            List<String> expressions = new ArrayList<>();
            for (int i = 0; i < probe.arguments().size(); i++) {
                expressions.add("$_probe_arg" + i);
            }
            UsdtTarget target = UsdtTarget.stop(directory.resolve("app"), "app:" + probe.name(), expressions);
            for (int i = 0; i < expressions.size(); i++) {
                Place place =
                        UsdtOperand.place(executable, probe, probe.arguments().get(i));
                assertThat(target.value(word(place)))
                        .as(probe.arguments().get(i).toString())
                        .isEqualTo(target.printed().get(i));
            }
        }
        assertThat(executable.usdt()).hasSize(2);
    }

    /// Of this machine's programs and libraries, each probe's arguments are placed.
    @Test
    void allProbesOfThisMachineArePlaced() throws IOException {
        int arguments = 0;
        List<String> refused = new ArrayList<>();
        for (Path file : binaries()) {
            try (FileChannel channel = FileChannel.open(file)) {
                Executable executable = Executable.parse(source(channel));
                List<UsdtProbe> probes = executable.usdt();
                Map<String, OptionalLong> known = new LinkedHashMap<>();
                for (UsdtProbe probe : probes) {
                    for (Argument argument : probe.arguments()) {
                        Place place = UsdtOperand.place(
                                executable.machine(), probe, argument, name -> addressOf(executable, name, known));
                        arguments++;
                        if (place instanceof Place.Nowhere(String why)) {
                            refused.add(file + ": " + why);
                        }
                    }
                }
            } catch (BinaryException notOne) {
                // Not each file there is a binary.
            }
        }
        assertThat(refused).isEmpty();
        assertThat(arguments).isPositive();
    }

    private static OptionalLong addressOf(Executable executable, String name, Map<String, OptionalLong> known)
            throws BinaryException {
        if (!known.containsKey(name)) {
            known.put(name, executable.addressOf(name));
        }
        return known.get(name);
    }

    private static List<Path> binaries() throws IOException {
        List<Path> found = new ArrayList<>();
        for (String root : List.of("/usr/lib/x86_64-linux-gnu", "/usr/bin", "/usr/lib/postgresql/15/bin")) {
            if (Files.isDirectory(Path.of(root))) {
                try (Stream<Path> files = Files.list(Path.of(root))) {
                    files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                            .forEach(found::add);
                }
            }
        }
        try (Stream<Path> files = Files.find(
                Path.of(System.getProperty("java.home"), "lib"), 2, (file, _) -> file.endsWith("libjvm.so"))) {
            files.forEach(found::add);
        }
        return found;
    }

    private static ByteSource source(FileChannel channel) throws IOException {
        long size = channel.size();
        return new ByteSource() {
            @Override
            public long size() {
                return size;
            }

            @Override
            public int read(long at, byte[] into, int offset, int length) throws IOException {
                return Math.max(0, channel.read(ByteBuffer.wrap(into, offset, length), at));
            }
        };
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "%xmm0; in xmm0, which probes cannot see",
                "%st(1); in st(1), which probes cannot see",
                "%fs:8; in thread-local storage, at %fs:8",
                "%fs:-4(%rax); in thread-local storage, at %fs:-4(%rax)",
                "other(%rip); at the symbol other, and the binary does not say where that is",
                "(%eax); at an address of less than 64 bits, in %eax",
                "8(%rip); in an operand that is not understood: 8(%rip)",
                "8(%rax,%rbx,3); in an operand that is not understood: 8(%rax,%rbx,3)",
                "[sp, 12]; in an operand that is not understood: [sp, 12]",
                "$; in an operand that is empty",
                "%; in an operand that is not understood: %",
                "%r16; in an operand that is not understood: %r16",
                "(); in an operand that is not understood: ()",
                "counters@GOTPCREL(%rip); in an operand that is not understood: counters@GOTPCREL",
                "counters+counters(%rip); in an operand that is not understood: counters+counters",
                "$99999999999999999999; in an operand that is not understood: 99999999999999999999"
            })
    void whatCannotBeHadSaysWhy(String operand, String why) throws BinaryException {
        assertThat(place(operand, 8, Kind.UNSIGNED)).isEqualTo(new Place.Nowhere(why));
    }

    /// What gcc and clang write for aarch64.
    @Test
    void armOperands() throws BinaryException {
        Word first = new Word.Register(0);
        assertThat(arm("x30", 8)).isEqualTo(Place.Words.of(new Word.Register(240)));
        assertThat(arm("w0", 8)).isEqualTo(Place.Words.of(UsdtOperand.extended(first, 4, true)));
        assertThat(arm("x0", 1)).isEqualTo(Place.Words.of(UsdtOperand.extended(first, 1, true)));
        assertThat(arm("[x0]", 4)).isEqualTo(Place.Words.of(new Word.Load(first, 4, true)));
        assertThat(arm("[sp, 44]", 2))
                .isEqualTo(Place.Words.of(new Word.Load(new Word.Register(248).plus(44), 2, true)));
        assertThat(arm("[x0, -8]", 8)).isEqualTo(Place.Words.of(new Word.Load(first.plus(-8), 8, true)));
        assertThat(arm("-1", 4)).isEqualTo(Place.Words.of(Word.of(-1)));
        assertThat(arm("300", 1)).isEqualTo(Place.Words.of(Word.of(44)));
        assertThat(arm("d8", 8)).isEqualTo(new Place.Nowhere("in d8, which probes cannot see"));
        for (String text : List.of("", "x31", "[x0, x1]", "[x0", "[[x0]]", "%rax", "9".repeat(30))) {
            assertThat(arm(text, 8)).as(text).isInstanceOf(Place.Nowhere.class);
        }
    }

    private static Place arm(String operand, int size) throws BinaryException {
        return UsdtOperand.place(
                Machine.AARCH64, PROBE, new Argument(size, Kind.SIGNED, operand), UsdtOperandTest::symbols);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, -1, 16, Integer.MAX_VALUE})
    void otherSizesAreRefused(int size) throws BinaryException {
        assertThat(place("%rax", size, Kind.UNSIGNED)).isInstanceOf(Place.Nowhere.class);
    }

    /// Any text gives a place, or a reason of bounded length, in bounded time.
    @Test
    void anyTextIsAnswered() throws BinaryException {
        long seed = Long.getLong("stet.seed", System.nanoTime());
        Random random = new Random(seed);
        String alphabet = "%$()+-,0123456789abcdehilprsx fxm.@:\u0000\u00e9";
        for (int round = 0; round < 50_000; round++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "" : "8+counters(%rip,%rax,4)");
            for (int i = random.nextInt(12); i >= 0; i--) {
                text.insert(random.nextInt(text.length() + 1), alphabet.charAt(random.nextInt(alphabet.length())));
            }
            if (place(text.toString(), 4, Kind.SIGNED) instanceof Place.Nowhere(String why)) {
                assertThat(why.length()).as("-Dstet.seed=%d: %s", seed, text).isBetween(1, 200);
            }
        }
        for (String piece : List.of("+", "-", "(", "a", "%rax,", "1+", "$")) {
            String longText = piece.repeat(100_000);
            assertThat(place(longText, 8, Kind.UNSIGNED)).isInstanceOf(Place.Nowhere.class);
            assertThat(place(longText.substring(0, 1000), 8, Kind.UNSIGNED)).isNotNull();
        }
    }
}
