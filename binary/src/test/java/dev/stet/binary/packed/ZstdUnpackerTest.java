package dev.stet.binary.packed;

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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Against the `zstd` tool, whose frames these are.
class ZstdUnpackerTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"-1", "-3", "-19", "--fast=5", "--long=27 --no-check -5"})
    void unpacksWhatTheToolPacks(String level) throws IOException {
        for (byte[] plain : samples()) {
            byte[] packed = pack(plain, level);
            assertThat(unpack(packed, plain.length + 1)).as(level).isEqualTo(plain);
        }
    }

    /// Code, text, noise, zeros, tiny ones, and what changes its nature within a block.
    private static List<byte[]> samples() throws IOException {
        List<byte[]> samples = new ArrayList<>();
        byte[] code = Files.readAllBytes(Tools.needFile("/lib/x86_64-linux-gnu/libc.so.6"));
        samples.add(Arrays.copyOf(code, 800_000));
        Random random = new Random(3);
        byte[] noise = new byte[300_000];
        random.nextBytes(noise);
        samples.add(noise);
        samples.add(new byte[1_000_000]);
        for (int size : new int[] {0, 1, 2, 3, 10, 63, 64, 65, 1000, 131_071, 131_072, 131_073}) {
            samples.add(Arrays.copyOfRange(code, 200_000, 200_000 + size));
        }
        StringBuilder text = new StringBuilder();
        while (text.length() < 600_000) {
            text.append("_ZN")
                    .append(random.nextInt(40))
                    .append("stet")
                    .append(random.nextInt(1000))
                    .append('E');
        }
        samples.add(text.toString().getBytes(StandardCharsets.ISO_8859_1));
        byte[] mixed = Arrays.copyOf(code, 700_000);
        for (int i = 0; i < 60; i++) {
            int from = random.nextInt(code.length - 10_000);
            System.arraycopy(i % 3 == 0 ? noise : code, from % 200_000, mixed, i * 11_000, random.nextInt(10_000));
        }
        samples.add(mixed);
        // Few symbols: literals whose Huffman tables are used again, and tables of one entry.
        byte[] few = new byte[400_000];
        for (int i = 0; i < few.length; i++) {
            few[i] = (byte) "aaaaaaaabbbbccd".charAt(random.nextInt(15));
        }
        samples.add(few);
        return samples;
    }

    @Test
    void manyFramesAreOneTextAndSkippableOnesAreSkipped() throws IOException {
        byte[] one = "one ".repeat(1000).getBytes(StandardCharsets.UTF_8);
        byte[] two = "two ".repeat(3000).getBytes(StandardCharsets.UTF_8);
        byte[] skipped = {0x5a, 0x2a, 0x4d, 0x18, 5, 0, 0, 0, 1, 2, 3, 4, 5};
        byte[] packed = concat(skipped, pack(one, "-3"), skipped, pack(two, "-19"), skipped);
        assertThat(unpack(packed, 100_000)).isEqualTo(concat(one, two));
    }

    @Test
    void aWrongChecksumIsSeen() throws IOException {
        byte[] packed = pack("stet ".repeat(100).getBytes(StandardCharsets.UTF_8), "-3");
        packed[packed.length - 1] ^= 1;
        assertThatThrownBy(() -> unpack(packed, 1000))
                .isInstanceOf(MalformedBinaryException.class)
                .hasMessageContaining("wrong checksum");
    }

    @Test
    void everyTruncationIsRefused() throws IOException {
        byte[] code = Arrays.copyOf(Files.readAllBytes(Tools.needFile("/lib/x86_64-linux-gnu/libc.so.6")), 20_000);
        byte[] packed = pack(code, "-19");
        for (int length = 1; length < packed.length; length++) {
            byte[] cut = Arrays.copyOf(packed, length);
            assertThatThrownBy(() -> unpack(cut, 30_000))
                    .as("cut to " + length)
                    .isInstanceOf(MalformedBinaryException.class);
        }
    }

    /// A checksum tells every damage that the format's own rules do not.
    @Test
    void flippedBitsAreRefusedOrGiveTheSame() throws IOException {
        long seed = Long.getLong("stet.seed", System.nanoTime());
        Random random = new Random(seed);
        byte[] code = Files.readAllBytes(Tools.needFile("/lib/x86_64-linux-gnu/libc.so.6"));
        byte[] plain = Arrays.copyOfRange(code, 300_000, 340_000);
        for (String level : new String[] {"-1", "-19", "-3 --no-check"}) {
            byte[] packed = pack(plain, level);
            int refused = 0;
            for (int round = 0; round < 600; round++) {
                byte[] hostile = packed.clone();
                for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                    // Tables, which are in front, deserve most.
                    int within = random.nextBoolean() ? Math.min(300, hostile.length) : hostile.length;
                    hostile[random.nextInt(within)] ^= (byte) (1 << random.nextInt(8));
                }
                try {
                    byte[] got = unpack(hostile, 1 << 20);
                    assertThat(level.contains("no-check") || Arrays.equals(got, plain) || got.length == 0)
                            .as("replay: -Dstet.seed=" + seed)
                            .isTrue();
                } catch (MalformedBinaryException expected) {
                    refused++;
                } catch (RuntimeException escaped) {
                    throw new AssertionError("replay: -Dstet.seed=" + seed, escaped);
                }
            }
            assertThat(refused).isGreaterThan(level.contains("no-check") ? 60 : 500);
        }
    }

    /// Matches further back than the limit need memory that nobody gives.
    @Test
    void aWindowIsNotBelievedAndNotExceeded() throws IOException {
        byte[] far = new byte[12 << 20];
        new Random(1).nextBytes(far);
        System.arraycopy(far, 0, far, 10 << 20, 1 << 20);
        byte[] packed = pack(far, "-3 --long=27");
        assertThatThrownBy(() -> unpack(packed, 20 << 20))
                .isInstanceOf(MalformedBinaryException.class)
                .hasMessageContaining("window of more than 8388608 bytes");
    }

    /// Blocks that give nothing, each of which costs the making of tables, come to an end by the clock.
    @Test
    void aBombOfEmptyBlocksEnds() throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(64 << 20).order(ByteOrder.LITTLE_ENDIAN);
        frame.putInt(0xfd2fb528).put((byte) 0).put((byte) 0x58);
        // A compressed block of 2 bytes: no literals, no sequences.
        byte[] block = {2 << 3 | 2 << 1, 0, 0};
        while (frame.remaining() > 5) {
            frame.put(block).put((byte) 0).put((byte) 0);
        }
        long before = System.nanoTime();
        UnpackingBudget budget = new UnpackingBudget();
        budget.start();
        Unpacker unpacker =
                new ZstdUnpacker(new PackedInput(ByteSource.of(frame.array()), 0, frame.capacity(), budget));
        assertThatThrownBy(() -> unpacker.read(new byte[1], 0, 1)).isInstanceOf(MalformedBinaryException.class);
        assertThat(System.nanoTime() - before).isLessThan(5_000_000_000L);
    }

    private byte[] pack(byte[] plain, String options) throws IOException {
        Path file = directory.resolve("plain");
        Files.write(file, plain);
        List<String> command = new ArrayList<>(List.of("zstd", "-q", "-f"));
        command.addAll(List.of(options.split(" ")));
        command.addAll(List.of("plain", "-o", "packed"));
        var ignored = Tools.run(directory, command.toArray(String[]::new));
        return Files.readAllBytes(directory.resolve("packed"));
    }

    static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] unpack(byte[] packed, int max) throws BinaryException {
        UnpackingBudget budget = new UnpackingBudget();
        budget.start();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] buffer = new byte[7919];
        try (Unpacker unpacker = new ZstdUnpacker(new PackedInput(ByteSource.of(packed), 0, packed.length, budget))) {
            while (all.size() < max) {
                int count = unpacker.read(buffer, 0, buffer.length);
                if (count == 0) {
                    break;
                }
                all.write(buffer, 0, count);
            }
        }
        return all.toByteArray();
    }
}
