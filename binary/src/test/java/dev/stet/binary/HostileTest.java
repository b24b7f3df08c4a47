package dev.stet.binary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Any bytes at all give an answer or one of the two refusals.
class HostileTest {
    private static byte[] small;

    @BeforeAll
    static void compile(@TempDir Path directory) throws IOException {
        Tools.need("gcc");
        Path source = directory.resolve("a.c");
        Files.writeString(source, """
                int handle(int a) { return a > 3 ? a : -a; }
                int other(int a) { return handle(a + 1); }
                int main(int n, char **v) { return n > 1 ? other(n) : handle(n); }
                """);
        String[] command = {"gcc", "-O2", "-fno-inline", "-Wl,--build-id", "-Wl,-z,noseparate-code", "-o", "a"};
        String[] all = Arrays.copyOf(command, command.length + 1);
        all[command.length] = source.toString();
        Tools.run(directory, all);
        small = Files.readAllBytes(directory.resolve("a"));
    }

    /// A question that is added to [Executable] must be one that [Everything] asks.
    @Test
    void everythingIsAsked() throws IOException {
        assertThat(Everything.notAsked(small)).isEmpty();
        assertThat(Everything.ask(small))
                .extracting(Everything.Answer::question)
                .contains("buildId()", "exits(handle)", "functions().named(main)");
    }

    @Test
    void truncated() {
        new Hostile(small).truncations(1024, 1500);
    }

    @Test
    void flipped() {
        new Hostile(small).flips(1500, 1200);
        new Hostile(small).flips(1000, small.length);
    }

    @Test
    void lying() {
        new Hostile(small).lies(2000, 0, 1024);
        new Hostile(small).lies(2000, small.length - 31 * 64, small.length);
    }

    @Test
    void noisy() {
        new Hostile(small).noise(1000);
        new Hostile(new byte[4096]).noise(500);
    }

    @Test
    void shrinksWhileItIsRead() throws IOException {
        Random random = new Random(7);
        for (int round = 0; round < 300; round++) {
            int reads = random.nextInt(20);
            Hostile.analyse(new ByteSource() {
                private int left = reads;

                @Override
                public long size() {
                    return small.length;
                }

                @Override
                public int read(long at, byte[] into, int offset, int length) throws IOException {
                    return left-- <= 0 ? 0 : ByteSource.of(small).read(at, into, offset, length);
                }
            });
        }
    }

    /// The source's own failure passes, and is not kept: the next question reads again.
    @Test
    void failureToReadIsNotAnAnswer() throws IOException {
        boolean[] broken = {false};
        Executable executable = Executable.parse(new ByteSource() {
            @Override
            public long size() {
                return small.length;
            }

            @Override
            public int read(long at, byte[] into, int offset, int length) throws IOException {
                if (broken[0]) {
                    throw new IOException("disk on fire");
                }
                return ByteSource.of(small).read(at, into, offset, length);
            }
        });
        broken[0] = true;
        assertThatThrownBy(executable::functions).hasMessage("disk on fire");
        broken[0] = false;
        assertThat(executable.functions().named("handle")).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "4, 1, 1, 32-bit ELF",
        "5, 1, 2, big-endian ELF",
        "16, 2, 1, relocatable",
        "16, 2, 4, core dump",
        "18, 2, 40, e_machine is 40",
        "0, 4, 0, not an ELF file: begins with 00 00 00 00",
    })
    void unsupported(int at, int width, long value, String message) {
        assertThatThrownBy(() -> Executable.parse(ByteSource.of(changed(at, width, value))))
                .isInstanceOf(UnsupportedFormatException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({
        "e_phnum none, 56, 2, 0",
        "e_phnum PN_XNUM, 56, 2, 65535",
        "e_phnum 65534, 56, 2, 65534",
        "e_phentsize 0, 54, 2, 0",
        "e_phentsize 65535, 54, 2, 65535",
        "e_phoff 2^63, 32, 8, -9223372036854775808",
        "e_phoff -1, 32, 8, -1",
        "class 9, 4, 1, 9",
    })
    void malformedHeader(String lie, int at, int width, long value) {
        assertThatThrownBy(() -> Executable.parse(ByteSource.of(changed(at, width, value))))
                .as(lie)
                .isInstanceOf(MalformedBinaryException.class);
    }

    /// The loader needs no sections, so neither does the build ID; the symbols do, and say so each time.
    @ParameterizedTest
    @CsvSource({
        "e_shoff 2^63, 40, 8, -9223372036854775808",
        "e_shoff behind the end, 40, 8, 1099511627776",
        "e_shentsize 1, 58, 2, 1",
        "e_shnum 65535, 60, 2, 65535",
        "e_shstrndx out of range, 62, 2, 4660",
    })
    void brokenSectionsSpoilOnlyWhatNeedsThem(String lie, int at, int width, long value) throws IOException {
        Executable executable = Executable.parse(ByteSource.of(changed(at, width, value)));
        assertThat(executable.buildId()).as(lie).isPresent();
        assertThat(executable.hasSection(".text")).isFalse();
        for (int again = 0; again < 2; again++) {
            assertThatThrownBy(executable::functions).as(lie).isInstanceOf(MalformedBinaryException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4, 15, 16, 63})
    void tooShort(int length) {
        assertThatThrownBy(() -> Executable.parse(ByteSource.of(Arrays.copyOf(small, length))))
                .isInstanceOfAny(MalformedBinaryException.class, UnsupportedFormatException.class);
    }

    private static byte[] changed(int at, int width, long value) {
        byte[] bytes = small.clone();
        for (int i = 0; i < width; i++) {
            bytes[at + i] = (byte) (value >> (8 * i));
        }
        return bytes;
    }
}
