package dev.stet.binary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stet.facts.Function;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Lies in Go's own tables give an answer or a refusal, soon. Takes some ten seconds.
class GoHostileTest {
    private static final long MAX_NANOS = 5_000_000_000L;
    private static final long[] NASTY = {
        0, 1, 0xff, 0x7fff_ffffL, 0x8000_0000L, 0xffff_ffffL, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE, -1, -8
    };

    private static byte[] program(String version, boolean pie) throws IOException {
        Path path = pie
                ? GoPrograms.small(version, "-buildmode=pie", "-ldflags=-s -w")
                : GoPrograms.small(version, "-ldflags=-s -w");
        return Files.readAllBytes(path);
    }

    /// Everything that Go's tables are asked.
    private static void ask(byte[] bytes, String how) {
        long before = System.nanoTime();
        try {
            Executable executable = Executable.parse(ByteSource.of(bytes));
            refusable(executable::goBuild);
            refusable(executable::functions);
            refusable(() -> executable.inlined("main.tiny"));
            refusable(executable::inlinedAway);
            refusable(executable::goItabs);
            refusable(() -> executable.goMethods("*main.Square"));
            refusable(() -> walk(executable.goType("os.File").orElseThrow(Absent::new), 4));
            refusable(() -> executable.convention(
                    executable.functions().named("main.main").getFirst()));
        } catch (BinaryException refused) {
            // what callers plan for
        } catch (Throwable escaped) {
            throw new AssertionError(how, escaped);
        }
        long nanos = System.nanoTime() - before;
        assertThat(nanos).as(how).isLessThan(MAX_NANOS);
    }

    private static final class Absent extends IOException {
        private static final long serialVersionUID = 1;
    }

    private interface Question {
        Object ask() throws IOException;
    }

    private static void refusable(Question question) throws IOException {
        try {
            var _ = question.ask();
        } catch (BinaryException | Absent | NoSuchElementException refused) {
            // what callers plan for; the last one is this test's own
        }
    }

    private static int walk(TypeRef ref, int depth) throws IOException {
        int types = 1;
        if (depth > 0 && ref.type() instanceof Type.Composite composite) {
            for (Type.Field field : composite.fields().stream().limit(20).toList()) {
                types += walk(field.type(), depth - 1);
            }
        } else if (depth > 0 && ref.type() instanceof Type.Pointer pointer) {
            types += walk(pointer.target(), depth - 1);
        }
        return types;
    }

    @ParameterizedTest
    @CsvSource({"1.15, true", "1.19, false", "1.22, true", "1.26, false"})
    void lies(String version, boolean pie) throws IOException {
        byte[] sound = program(version, pie);
        long seed = Long.getLong("stet.seed", System.nanoTime());
        Random random = new Random(seed);
        int table = pclntab(sound);
        int data = dataStart(sound);
        for (int round = 0; round < 30; round++) {
            byte[] bytes = sound.clone();
            if (random.nextInt(3) == 0) {
                Arrays.fill(bytes, 40, 48, (byte) 0);
                Arrays.fill(bytes, 60, 64, (byte) 0);
            }
            for (int lies = 1 + random.nextInt(20); lies > 0; lies--) {
                int at = switch (random.nextInt(4)) {
                            case 0 -> table + random.nextInt(72);
                            case 1 -> table + random.nextInt(Math.min(400_000, bytes.length - table - 8));
                            case 2 -> data + random.nextInt(bytes.length - data - 8);
                            default -> random.nextInt(bytes.length - 8);
                        }
                        & ~3;
                if (random.nextBoolean()) {
                    bytes[at] ^= (byte) (1 << random.nextInt(8));
                } else {
                    put(bytes, at, NASTY[random.nextInt(NASTY.length)], random.nextBoolean() ? 8 : 4);
                }
            }
            ask(bytes, "replay: -Dstet.seed=%d, %s round %d".formatted(seed, version, round));
        }
    }

    @Test
    void truncated() throws IOException {
        byte[] sound = program("1.26", false);
        for (int part = 1; part < 25; part++) {
            ask(Arrays.copyOf(sound, (int) ((long) sound.length * part / 25)), "part " + part);
        }
    }

    /// Every pointer in Go's data to one description of a type: circles of all lengths, and names of names.
    @Test
    void circlesOfTypes() throws IOException {
        byte[] bytes = program("1.22", false);
        Executable sound = Executable.parse(ByteSource.of(bytes));
        for (GoItab itab : sound.goItabs()) {
            long at = sound.fileOffsetOf(itab.virtualAddress()).orElseThrow();
            long type = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong((int) at + 8);
            int description = (int) sound.fileOffsetOf(type).orElseThrow();
            for (int word = 48; word < 80; word += 8) {
                byte[] circle = bytes.clone();
                put(circle, description + word, type, 8);
                ask(circle, itab.typeName() + " at " + word);
            }
        }
    }

    /// All functions have the record of one with many inlined calls, and the longest table is each function's.
    @Test
    void oneRecordForAll() throws IOException {
        byte[] bytes = program("1.22", false);
        Executable sound = Executable.parse(ByteSource.of(bytes));
        int table = pclntab(bytes);
        ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int count = (int) words.getLong(table + 8);
        int functions = table + (int) words.getLong(table + 64);
        assertThat(sound.functions().size()).isBetween(count - 10, count + 10);
        int longest = 0;
        for (int i = 1; i < count; i++) {
            int size = words.getInt(functions + 8 * i + 8) - words.getInt(functions + 8 * i);
            int best = words.getInt(functions + 8 * longest + 8) - words.getInt(functions + 8 * longest);
            longest = size > best ? i : longest;
        }
        int record = words.getInt(functions + 8 * longest + 4);
        for (int i = 0; i < count; i++) {
            words.putInt(functions + 8 * i + 4, record);
        }
        ask(bytes, "one record");
        // A function that begins where the first one does, and has the rest of the code.
        for (int i = 1; i < count; i++) {
            words.putInt(functions + 8 * i, words.getInt(functions));
        }
        ask(bytes, "all functions at one place");
    }

    @Test
    void functionsOutOfOrderAreRefused() throws IOException {
        byte[] bytes = program("1.22", false);
        int table = pclntab(bytes);
        ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int functions = table + (int) words.getLong(table + 64);
        words.putInt(functions + 8 * 500, 3);
        Executable executable = Executable.parse(ByteSource.of(bytes));
        for (int again = 0; again < 2; again++) {
            assertThatThrownBy(executable::functions)
                    .isInstanceOf(MalformedBinaryException.class)
                    .hasMessageContaining("not in order");
        }
    }

    /// A nest of lies must not make what is true unknown: other questions are still answered.
    @Test
    void brokenTypesSpoilOnlyTypes() throws IOException {
        byte[] bytes = program("1.22", false);
        Executable sound = Executable.parse(ByteSource.of(bytes));
        List<Function> functions = sound.functions().named("main.main");
        for (GoItab itab : sound.goItabs()) {
            long at = sound.fileOffsetOf(itab.virtualAddress()).orElseThrow();
            put(bytes, (int) at, 12345, 8);
        }
        Executable broken = Executable.parse(ByteSource.of(bytes));
        assertThatThrownBy(broken::goItabs).isInstanceOf(MalformedBinaryException.class);
        assertThat(broken.functions().named("main.main")).isEqualTo(functions);
        assertThat(broken.inlined("main.tiny")).isEqualTo(sound.inlined("main.tiny"));
    }

    private static void put(byte[] bytes, int at, long value, int width) {
        for (int i = 0; i < width; i++) {
            bytes[at + i] = (byte) (value >> (8 * i));
        }
    }

    private static int pclntab(byte[] bytes) {
        for (int i = 0; i + 8 <= bytes.length; i += 8) {
            if (bytes[i] >= -16
                    && bytes[i] < -3
                    && bytes[i + 1] == -1
                    && bytes[i + 2] == -1
                    && bytes[i + 3] == -1
                    && bytes[i + 4] == 0
                    && bytes[i + 5] == 0
                    && bytes[i + 6] == 1
                    && bytes[i + 7] == 8) {
                return i;
            }
        }
        throw new AssertionError("no pclntab");
    }

    private static int dataStart(byte[] bytes) {
        byte[] magic = "\u00ff Go buildinf:".getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i + magic.length <= bytes.length; i += 16) {
            if (Arrays.mismatch(bytes, i, i + magic.length, magic, 0, magic.length) < 0) {
                return i;
            }
        }
        throw new AssertionError("no build information");
    }
}
