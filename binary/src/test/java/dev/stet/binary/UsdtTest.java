package dev.stet.binary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stet.binary.UsdtProbe.Argument;
import dev.stet.binary.UsdtProbe.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsdtTest {
    /// As `sys/sdt.h` expands STAP_PROBE, with the arguments as text.
    private static final String SOURCE = """
            unsigned short my_semaphore __attribute__((section(".probes"), used));
            #define PROBE(name, args, semaphore) __asm__ volatile ("990: nop\\n" \\
                ".pushsection .note.stapsdt,\\"\\",\\"note\\"\\n.balign 4\\n" \\
                ".4byte 992f-991f, 994f-993f, 3\\n991: .asciz \\"stapsdt\\"\\n992: .balign 4\\n" \\
                "993: .8byte 990b\\n.8byte _.stapsdt.base\\n.8byte " semaphore "\\n" \\
                ".asciz \\"mine\\"\\n.asciz \\"" name "\\"\\n.asciz \\"" args "\\"\\n994: .balign 4\\n.popsection\\n" \\
                ".ifndef _.stapsdt.base\\n" \\
                ".pushsection .stapsdt.base,\\"aG\\",\\"progbits\\",.stapsdt.base,comdat\\n" \\
                ".weak _.stapsdt.base\\n.hidden _.stapsdt.base\\n_.stapsdt.base: .space 1\\n" \\
                ".size _.stapsdt.base, 1\\n.popsection\\n.endif\\n")
            int main() {
                PROBE("plain", "", "0");
                PROBE("x86", "-4@%%eax 8@-16(%%rbp) 4@$3 1@(%%rax,%%rbx,4)", "my_semaphore");
                PROBE("arm", "4@[sp, 12] -8@x0 2@[x1, w2, sxtw 1]", "0");
                PROBE("odd", "%%rdi  4f@%%xmm0 8f@[sp] 3@%%rax", "0");
                return 0;
            }
            """.replace("%%", "%");

    @TempDir
    Path directory;

    private Path compile(String... options) throws IOException {
        Files.writeString(directory.resolve("a.c"), SOURCE);
        List<String> command = new ArrayList<>(List.of("gcc", "-O1", "-o", "a", "a.c"));
        command.addAll(List.of(options));
        var ignored = Tools.run(directory, command.toArray(String[]::new));
        return directory.resolve("a");
    }

    @Test
    void argumentsAreParsed() throws IOException {
        List<UsdtProbe> probes = Tools.parse(compile()).usdt();
        assertThat(probes).extracting(UsdtProbe::name).containsExactly("plain", "x86", "arm", "odd");
        assertThat(probes).extracting(UsdtProbe::provider).containsOnly("mine");
        assertThat(probes.get(0).arguments()).isEmpty();
        assertThat(probes.get(1).arguments())
                .containsExactly(
                        new Argument(4, Kind.SIGNED, "%eax"),
                        new Argument(8, Kind.UNSIGNED, "-16(%rbp)"),
                        new Argument(4, Kind.UNSIGNED, "$3"),
                        new Argument(1, Kind.UNSIGNED, "(%rax,%rbx,4)"));
        assertThat(probes.get(2).arguments())
                .containsExactly(
                        new Argument(4, Kind.UNSIGNED, "[sp, 12]"),
                        new Argument(8, Kind.SIGNED, "x0"),
                        new Argument(2, Kind.UNSIGNED, "[x1, w2, sxtw 1]"));
        assertThat(probes.get(3).arguments())
                .containsExactly(
                        new Argument(8, Kind.UNSIGNED, "%rdi"),
                        new Argument(4, Kind.FLOAT, "%xmm0"),
                        new Argument(8, Kind.FLOAT, "[sp]"),
                        new Argument(8, Kind.UNSIGNED, "3@%rax"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-pie", "-no-pie", "-static"})
    void theInstructionAndTheSemaphoreAreFound(String how) throws IOException {
        Path program = compile(how, how.equals("-pie") ? "-fPIE" : "-fno-pie");
        byte[] file = Files.readAllBytes(program);
        List<UsdtProbe> probes = Tools.parse(program).usdt().stream()
                .filter(probe -> probe.provider().equals("mine"))
                .toList();
        assertThat(probes).hasSize(4);
        for (UsdtProbe probe : probes) {
            assertThat(file[(int) probe.fileOffset()]).isEqualTo((byte) 0x90);
            assertThat(probe.semaphoreOffset().isPresent())
                    .isEqualTo(probe.name().equals("x86"));
        }
        long symbol = Tools.run(directory, "nm", "a").stream()
                .filter(line -> line.endsWith(" my_semaphore"))
                .mapToLong(line -> Long.parseLong(line.substring(0, 16), 16))
                .findFirst()
                .orElseThrow();
        assertThat(probes.get(1).semaphoreOffset())
                .isEqualTo(Tools.parse(program).fileOffsetOf(symbol));
    }

    /// prelink moves a file and leaves its notes as they were.
    @Test
    void aPrelinkedFileIsCorrected() throws IOException {
        byte[] file = Files.readAllBytes(compile());
        List<UsdtProbe> before = Executable.parse(ByteSource.of(file)).usdt();
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        byte[] owner = "stapsdt\0".getBytes(StandardCharsets.US_ASCII);
        int moved = 0;
        for (int i = 4; i + 40 < file.length; i++) {
            if (ByteBuffer.wrap(file, i, 8).equals(ByteBuffer.wrap(owner)) && bytes.getInt(i - 4) == 3) {
                for (int at : new int[] {i + 8, i + 16, i + 24}) {
                    bytes.putLong(at, bytes.getLong(at) == 0 ? 0 : bytes.getLong(at) + 0x30_0000);
                }
                moved++;
            }
        }
        assertThat(moved).isEqualTo(4);
        assertThat(Executable.parse(ByteSource.of(file)).usdt()).isEqualTo(before);
    }

    @Test
    void whatIsNotInTheFileIsLeftOutAndWhatIsCutOffIsRefused() throws IOException {
        byte[] file = Files.readAllBytes(compile());
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int note = new String(file, StandardCharsets.ISO_8859_1).indexOf("stapsdt\0");
        bytes.putLong(note + 8, 0x7777_7777_7777L);
        assertThat(Executable.parse(ByteSource.of(file)).usdt())
                .extracting(UsdtProbe::name)
                .containsExactly("x86", "arm", "odd");
        bytes.putInt(note - 8, 20);
        assertThatThrownBy(() -> Executable.parse(ByteSource.of(file)).usdt())
                .isInstanceOf(MalformedBinaryException.class);
    }

    private static final Pattern PLACE =
            Pattern.compile("Location: 0x([0-9a-f]+), Base: 0x([0-9a-f]+), Semaphore: 0x([0-9a-f]+)");

    /// Debian's own programs with probes, against readelf.
    @ParameterizedTest
    @ValueSource(strings = {"/usr/bin/python3", "/usr/lib/x86_64-linux-gnu/libstdc++.so.6"})
    void realProgramsAgreeWithReadelf(String path) throws IOException {
        Executable executable = Tools.parse(Tools.needFile(path));
        List<String> expected = new ArrayList<>();
        String name = "";
        OptionalLong address = OptionalLong.empty();
        for (String line : Tools.run(directory, "readelf", "-n", path)) {
            String text = line.strip();
            Matcher place = PLACE.matcher(text);
            if (text.startsWith("Provider: ")) {
                name = text.substring(10);
            } else if (text.startsWith("Name: ")) {
                name += ":" + text.substring(6);
            } else if (place.find()) {
                address = OptionalLong.of(Long.parseLong(place.group(1), 16));
            } else if (text.startsWith("Arguments:")) {
                long count = text.chars().filter(c -> c == '@').count();
                expected.add(name + " " + address.getAsLong() + " " + count);
            }
        }
        assertThat(executable.usdt().stream()
                        .map(p -> p.provider() + ":" + p.name() + " " + p.virtualAddress() + " "
                                + p.arguments().size())
                        .toList())
                .isEqualTo(expected);
        assertThat(expected).isNotEmpty();
    }
}
