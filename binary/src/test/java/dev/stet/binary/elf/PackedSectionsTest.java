package dev.stet.binary.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stet.binary.BinaryException;
import dev.stet.binary.ByteSource;
import dev.stet.binary.MalformedBinaryException;
import dev.stet.binary.Tools;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackedSectionsTest {
    private static final long GIBIBYTE = 1L << 30;

    @TempDir
    Path directory;

    private Path program;

    @BeforeEach
    void compile() throws IOException {
        Files.writeString(directory.resolve("a.c"), "#include <stdio.h>\nint main() { return puts(\"stet\"); }\n");
        var ignored = Tools.run(directory, "gcc", "-g3", "-o", "a", "a.c");
        program = directory.resolve("a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"zlib", "zlib-gnu", "zlib-gabi", "zstd"})
    void debugSectionsAreTheSamePackedAndPlain(String how) throws IOException {
        var ignored = Tools.run(directory, "objcopy", "--compress-debug-sections=" + how, "a", "packed");
        Elf plain = elf(Files.readAllBytes(program));
        Elf packed = elf(Files.readAllBytes(directory.resolve("packed")));
        boolean smaller = false;
        for (String name : new String[] {"info", "abbrev", "line", "str", "macro"}) {
            Region expected = plain.debugSection(name).orElseThrow();
            Region region = packed.debugSection(name).orElseThrow();
            smaller |= region instanceof PackedRegion;
            assertThat(all(region)).as(name).isEqualTo(all(expected));
        }
        assertThat(smaller).isTrue();
        assertThat(packed.debugSection("nothing")).isEmpty();
    }

    /// Longer than what is held whole: walked forward, then jumped about in.
    @ParameterizedTest
    @ValueSource(strings = {"zlib", "zstd"})
    void aLongSectionIsReadAnywhere(String how) throws IOException {
        byte[] plain = new byte[24 << 20];
        Random random = new Random(5);
        for (int i = 0; i < plain.length; i++) {
            plain[i] = (byte) (i % 1000 == 0 ? random.nextInt() : plain[i / 2] + 1);
        }
        Region region = region(how, plain, plain.length);
        for (int at = 0; at < plain.length; at += 65_536) {
            check(region, plain, at, 65_536);
        }
        for (int i = 0; i < 6; i++) {
            check(region, plain, random.nextInt(plain.length - 1_000_000), 1 + random.nextInt(1_000_000));
        }
    }

    private static void check(Region region, byte[] plain, int at, int length) throws IOException {
        assertThat(region.read(at, length, "piece").copy(length, "piece"))
                .isEqualTo(Arrays.copyOfRange(plain, at, at + length));
    }

    @ParameterizedTest
    @ValueSource(strings = {"zlib", "zstd"})
    void aClaimThatIsTooBigIsRefusedWhereItsBytesEnd(String how) throws IOException {
        for (long claim : new long[] {101, 1 << 20, 1L << 40, Long.MAX_VALUE}) {
            Region region = region(how, new byte[100], claim);
            assertThat(region.size()).isEqualTo(claim);
            for (long at : new long[] {0, 99, claim - 1}) {
                assertThatThrownBy(() -> region.read(at, 1, "byte"))
                        .isInstanceOf(MalformedBinaryException.class)
                        .hasMessageContaining("gives 100");
            }
        }
        assertThatThrownBy(() -> region(how, new byte[100], -1)).isInstanceOf(MalformedBinaryException.class);
        Region less = region(how, new byte[100], 60);
        assertThat(less.read(0, 60, "all").size()).isEqualTo(60);
        assertThatThrownBy(() -> less.read(0, 61, "all")).isInstanceOf(MalformedBinaryException.class);
    }

    /// Ten gigabytes of zeros in a file of some megabytes.
    @ParameterizedTest
    @ValueSource(strings = {"zlib", "zstd"})
    void aBombEndsByItsBudget(String how) throws IOException {
        byte[] packed = how.equals("zlib") ? zlibBomb() : zstdBomb();
        Elf elf = elf(file(how, packed, 10 * GIBIBYTE));
        Region region = elf.debugSection("info").orElseThrow();
        long before = System.nanoTime();
        assertThatThrownBy(() -> region.read(10 * GIBIBYTE - 1, 1, "last byte"))
                .isInstanceOf(MalformedBinaryException.class)
                .hasMessageContaining("to unpack");
        assertThat(System.nanoTime() - before).isLessThan(4_000_000_000L);
    }

    /// The same 4 MiB of zeros again and again would be another stream, so this makes one block and repeats
    /// its bits where they are aligned: full flushes do that.
    private static byte[] zlibBomb() {
        Deflater deflater = new Deflater(9);
        deflater.setInput(new byte[4 << 20]);
        byte[] buffer = new byte[64 << 10];
        int first = deflater.deflate(buffer, 0, buffer.length, Deflater.FULL_FLUSH);
        byte[] block = Arrays.copyOfRange(buffer, 2, first);
        deflater.end();
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        bomb.write(buffer, 0, first);
        for (int i = 0; i < 2560; i++) {
            bomb.writeBytes(block);
        }
        return bomb.toByteArray();
    }

    private static byte[] zstdBomb() {
        ByteBuffer bomb = ByteBuffer.allocate(400_000).order(ByteOrder.LITTLE_ENDIAN);
        bomb.putInt(0xfd2fb528).put((byte) 0).put((byte) 0x58);
        while (bomb.remaining() >= 4) {
            int header = (128 << 10) << 3 | 1 << 1;
            bomb.put((byte) header)
                    .put((byte) (header >> 8))
                    .put((byte) (header >> 16))
                    .put((byte) 0);
        }
        return bomb.array();
    }

    @Test
    void whatIsNoCompressionIsRefused() throws IOException {
        byte[] file = file("zlib", new byte[100], 100);
        int chunk = indexOf(file, new byte[] {1, 0, 0, 0, 0, 0, 0, 0, 100, 0, 0, 0, 0, 0, 0, 0, 1});
        file[chunk] = 9;
        assertThatThrownBy(() -> elf(file).debugSection("info"))
                .isInstanceOf(MalformedBinaryException.class)
                .hasMessageContaining("unknown way 9");
        Region garbage =
                elf(file("zlib", new byte[100], 100)).debugSection("info").orElseThrow();
        assertThatThrownBy(() -> garbage.read(0, 1, "byte")).isInstanceOf(MalformedBinaryException.class);
    }

    private Region region(String how, byte[] plain, long claim) throws IOException {
        byte[] packed;
        if (how.equals("zlib")) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (DeflaterOutputStream out = new DeflaterOutputStream(bytes)) {
                out.write(plain);
            }
            packed = bytes.toByteArray();
        } else {
            Files.write(directory.resolve("plain"), plain);
            var ignored = Tools.run(directory, "zstd", "-q", "-f", "-1", "plain", "-o", "plain.zst");
            packed = Files.readAllBytes(directory.resolve("plain.zst"));
        }
        return elf(file(how, packed, claim)).debugSection("info").orElseThrow();
    }

    /// A program with a section `.debug_info` made by hand.
    private byte[] file(String how, byte[] packed, long claim) throws IOException {
        ByteBuffer section = ByteBuffer.allocate(24 + packed.length).order(ByteOrder.LITTLE_ENDIAN);
        section.putInt(how.equals("zlib") ? 1 : 2)
                .putInt(0)
                .putLong(claim)
                .putLong(1)
                .put(packed);
        Files.write(directory.resolve("section"), section.array());
        var ignored =
                Tools.run(directory, "objcopy", "--strip-debug", "--add-section", ".debug_info=section", "a", "made");
        byte[] file = Files.readAllBytes(directory.resolve("made"));
        ByteBuffer header = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int at = (int) header.getLong(40);
        for (int i = 0; i < header.getShort(60); i++, at += 64) {
            if (header.getLong(at + 32) == section.capacity()) {
                header.putLong(at + 8, 0x800);
            }
        }
        return file;
    }

    private static int indexOf(byte[] bytes, byte[] part) {
        for (int i = 0; i + part.length <= bytes.length; i++) {
            if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
                return i;
            }
        }
        throw new AssertionError("not there");
    }

    private static Elf elf(byte[] bytes) throws BinaryException {
        return Elf.parse(ByteSource.of(bytes));
    }

    private static byte[] all(Region region) throws BinaryException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (long at = 0; at < region.size(); at += 7001) {
            ByteView piece = region.readUpTo(at, 7001, "piece");
            all.writeBytes(piece.copy(7001, "piece"));
        }
        return all.toByteArray();
    }
}
