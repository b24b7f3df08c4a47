package dev.stet.probe.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.binary.Type;
import dev.stet.probe.Expression.Sign;
import dev.stet.probe.compile.Interpreter;
import dev.stet.probe.compile.Word;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Words that stand for comparisons say what they should, of random values.
class WordsMeanTest {
    private static final long PAGE = 0x10000;
    private static final int PAGE_BYTES = 4096;
    private static final Spot SPOT = new Spot("x", 0);

    private final long seed = Long.getLong("stet.seed", System.nanoTime());
    private final Random random = new Random(seed);

    /// One page, at [#PAGE].
    private final ByteBuffer page = ByteBuffer.allocate(PAGE_BYTES).order(ByteOrder.LITTLE_ENDIAN);

    private OptionalLong evaluate(Word word) {
        return new Interpreter(_ -> 0, this::read, _ -> OptionalLong.empty(), 0, 0, 0).evaluate(word);
    }

    private OptionalLong read(long address, int bytes) {
        long at = address - PAGE;
        if (at < 0 || at > PAGE_BYTES - bytes) {
            return OptionalLong.empty();
        }
        long value = 0;
        for (int i = bytes - 1; i >= 0; i--) {
            value = value << 8 | (page.get((int) at + i) & 0xff);
        }
        return OptionalLong.of(value);
    }

    private String text(int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char) ('a' + random.nextInt(2)));
        }
        return text.toString();
    }

    /// Also at the end of a page behind which there is nothing.
    @Test
    void texts() throws Exception {
        for (int round = 0; round < 20_000; round++) {
            String there = text(random.nextInt(random.nextBoolean() ? 5 : 64));
            String wanted = random.nextBoolean() ? there : text(random.nextInt(random.nextBoolean() ? 5 : 64));
            String prefix = there.substring(0, random.nextInt(there.length() + 1));
            int at = random.nextBoolean()
                    ? PAGE_BYTES - there.length() - 1
                    : random.nextInt(PAGE_BYTES - there.length());
            page.put(at, (there + "\0").getBytes(StandardCharsets.UTF_8));
            Stretch terminated = new Stretch(Word.of(PAGE + at), java.util.Optional.empty());
            Stretch counted = new Stretch(Word.of(PAGE + at), Word.of(there.length()));
            String replay = "replay: -Dstet.seed=" + seed + ", round " + round + ": " + there + " " + wanted;
            for (Stretch text : List.of(terminated, counted)) {
                OptionalLong room = OptionalLong.empty();
                assertThat(evaluate(TextMatch.equal(text, room, wanted, SPOT)))
                        .as(replay)
                        .hasValue(there.equals(wanted) ? 1 : 0);
                assertThat(evaluate(TextMatch.begins(text, wanted, SPOT)))
                        .as(replay)
                        .hasValue(there.startsWith(wanted) ? 1 : 0);
                assertThat(evaluate(TextMatch.begins(text, prefix, SPOT)))
                        .as(replay)
                        .hasValue(1);
            }
        }
    }

    @Test
    void textInAnArrayThatItFills() throws Exception {
        page.put(PAGE_BYTES - 8, "12345678".getBytes(StandardCharsets.UTF_8));
        Stretch text = new Stretch(Word.of(PAGE + PAGE_BYTES - 8), java.util.Optional.empty());
        OptionalLong room = OptionalLong.of(8);
        assertThat(evaluate(TextMatch.equal(text, room, "12345678", SPOT))).hasValue(1);
        assertThat(evaluate(TextMatch.equal(text, room, "123456789", SPOT))).hasValue(0);
        assertThat(evaluate(TextMatch.equal(text, room, "1234567", SPOT))).hasValue(0);
    }

    @Test
    void aNullPointerIsNoText() throws Exception {
        Stretch nothing = new Stretch(Word.of(0), java.util.Optional.empty());
        assertThat(evaluate(TextMatch.equal(nothing, OptionalLong.empty(), "", SPOT)))
                .hasValue(0);
        assertThat(evaluate(TextMatch.begins(nothing, "a", SPOT))).hasValue(0);
    }

    private static final double[] AWKWARD = {
        0.0,
        -0.0,
        1,
        -1,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Double.MIN_VALUE,
        1e300,
        2.5,
        -7
    };

    private double real() {
        return random.nextInt(3) == 0
                ? Double.longBitsToDouble(random.nextLong())
                : AWKWARD[random.nextInt(AWKWARD.length)];
    }

    private static Meaning real(String name, int size, int at) {
        return new Meaning.Typed(new Type.Base(name, size, Type.Encoding.FLOAT), new Place.Memory(Word.of(PAGE + at)));
    }

    @Test
    void reals() throws Exception {
        List<Sign> signs =
                List.of(Sign.EQUAL, Sign.NOT_EQUAL, Sign.LESS, Sign.LESS_OR_EQUAL, Sign.GREATER, Sign.GREATER_OR_EQUAL);
        for (int round = 0; round < 50_000; round++) {
            double left = real();
            double right = random.nextInt(4) == 0 ? left : real();
            long whole = random.nextInt(7) - 3L;
            page.putDouble(0, left)
                    .putDouble(8, right)
                    .putFloat(16, (float) left)
                    .putFloat(20, (float) right);
            Sign sign = signs.get(random.nextInt(signs.size()));
            String replay = "replay: -Dstet.seed=" + seed + ", round " + round + ": " + left + sign.text() + right;
            assertThat(evaluate(Reals.compare(sign, real("double", 8, 0), real("double", 8, 8), SPOT)))
                    .as(replay)
                    .hasValue(is(sign, left, right));
            assertThat(evaluate(Reals.compare(sign, real("float", 4, 16), real("float", 4, 20), SPOT)))
                    .as(replay)
                    .hasValue(is(sign, (float) left, (float) right));
            assertThat(evaluate(Reals.compare(sign, real("double", 8, 0), Meaning.Number.constant(whole), SPOT)))
                    .as(replay)
                    .hasValue(is(sign, left, (double) whole));
            assertThat(evaluate(Reals.compare(sign, Meaning.Number.constant(whole), real("float", 4, 16), SPOT)))
                    .as(replay)
                    .hasValue(is(sign, (double) whole, (float) left));
        }
    }

    private static long is(Sign sign, double left, double right) {
        boolean is = switch (sign) {
            case EQUAL -> left == right;
            case NOT_EQUAL -> left != right;
            case LESS -> left < right;
            case LESS_OR_EQUAL -> left <= right;
            case GREATER -> left > right;
            case GREATER_OR_EQUAL -> left >= right;
            default -> throw new IllegalArgumentException(sign.text());
        };
        return is ? 1 : 0;
    }

    @Test
    void anIndexBehindTheEndFails() throws Exception {
        page.putInt(0, 5).putInt(4, 6).putInt(8, 7);
        Type.Base number = new Type.Base("int", 4, Type.Encoding.SIGNED);
        Type array = new Type.Array("", 8, () -> number, 2);
        var whole = new Meaning.Typed(array, new Place.Memory(Word.of(PAGE)));
        for (long index : new long[] {0, 1, 2, -1, Long.MIN_VALUE, 1L << 62}) {
            // A register, for constants are looked at before a program is made.
            Word unknown = new Word.Register(0);
            Meaning element = new Indexing(_ -> java.util.Optional.empty(), SPOT).element(whole, unknown);
            Word word = Scalars.number(element, SPOT).word();
            var interpreter = new Interpreter(_ -> index, this::read, _ -> OptionalLong.empty(), 0, 0, 0);
            assertThat(interpreter.evaluate(word))
                    .isEqualTo(index == 0 || index == 1 ? OptionalLong.of(5 + index) : OptionalLong.empty());
        }
    }
}
