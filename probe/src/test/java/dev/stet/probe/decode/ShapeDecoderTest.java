package dev.stet.probe.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.binary.Type;
import dev.stet.binary.TypeRef;
import dev.stet.probe.Probe;
import dev.stet.probe.Value;
import dev.stet.probe.compile.Take;
import dev.stet.probe.compile.Word;
import dev.stet.probe.resolve.Place;
import dev.stet.probe.resolve.Shape;
import dev.stet.probe.resolve.Shapes;
import dev.stet.probe.resolve.Shown;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShapeDecoderTest {
    private static final Take NUMBER = new Take.Number(Word.of(0));
    private static final Take TEXT = new Take.Text(Word.of(0), 16);
    private static final Take BLOCK = new Take.Block(Word.of(0), Word.of(0), 16);
    private static final GoTypes NAMES =
            address -> address == 77 ? Optional.of(new Type.Base("main.T", 4, Type.Encoding.SIGNED)) : Optional.empty();

    /// A record of one take, which begins at 8.
    private record One(MemorySegment record, boolean failed) implements Taken {
        @Override
        public long offset(int take) {
            return 8;
        }

        @Override
        public boolean failed(int take) {
            return failed;
        }
    }

    private static byte[] words(long... words) {
        ByteBuffer bytes = ByteBuffer.allocate(8 + 8 * words.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(8);
        for (long word : words) {
            bytes.putLong(word);
        }
        return bytes.array();
    }

    private static byte[] text(String text, long... header) {
        byte[] tail = text.getBytes(StandardCharsets.UTF_8);
        byte[] head = words(header);
        byte[] all = java.util.Arrays.copyOf(head, head.length + Math.max(16, tail.length));
        System.arraycopy(tail, 0, all, head.length, tail.length);
        return all;
    }

    private static String decode(Take take, Shape shape, byte[] record) {
        return decode(take, shape, record, false);
    }

    private static String decode(Take take, Shape shape, byte[] record, boolean failed) {
        Shown shown = new Shown("x", List.of(take), shape);
        return Rendering.of(ShapeDecoder.decode(shown, new One(MemorySegment.ofArray(record), failed), NAMES));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "SIGNED, 4, -2, -2",
                "UNSIGNED, 4, -2, 4294967294",
                "UNSIGNED, 8, -1, 18446744073709551615",
                "WORD, 2, 0x12345, word 0x2345",
                "HEX, 1, 0x1ff, 0xff",
                "ADDRESS, 8, 0, nil",
                "ADDRESS, 8, 5, @",
                "TRUTH, 1, 0x100, false",
                "TRUTH, 1, 2, true",
                "CHARACTER, 1, 0x41, 'A'",
                "DURATION, 8, -5, -5ns",
                "REAL, 4, 0x3fc00000, 1.5f",
                "REAL, 8, 0x3ff8000000000000, 1.5",
                "REAL, 2, 7, 0x7",
            })
    void numbers(Shape.Kind kind, int size, String word, String shown) {
        Shape shape = new Shape.Number(new Shape.Bits(0, 0, size), kind);
        byte[] record = words(Long.decode(word));
        assertThat(decode(NUMBER, shape, record)).isEqualTo(shown);
        assertThat(decode(NUMBER, shape, record, true)).isEqualTo("unreadable");
        assertThat(decode(NUMBER, shape, java.util.Arrays.copyOf(record, 15))).isEqualTo("unreadable");
    }

    @Test
    void bitFields() {
        Shape signed = new Shape.Number(new Shape.Bits(0, 1, 2), 3, 6, Shape.Kind.SIGNED);
        assertThat(decode(NUMBER, signed, words(0b111_101_000L << 8))).isEqualTo("-3");
        Shape unsigned = new Shape.Number(new Shape.Bits(0, 1, 2), 3, 6, Shape.Kind.UNSIGNED);
        assertThat(decode(NUMBER, unsigned, words(0b111_101_000L << 8))).isEqualTo("61");
    }

    @ParameterizedTest
    @CsvSource({
        "0=NONE 1=A 2=B 4=C, 0, NONE",
        "0=NONE 1=A 2=B 4=C, 4, C",
        "0=NONE 1=A 2=B 4=C, 6, B|C",
        "0=NONE 1=A 2=B 4=C, 9, A|0x8",
        "0=NONE 1=A 2=B 4=C, 8, 8",
        "1=A 2=B 4=C, 0, 0",
        "1=A 2=B 3=C, 7, 7",
        "1=A 2=B, 3, 3",
        "'', 3, 3",
    })
    void enumerations(String names, long value, String shown) {
        Map<Long, String> map = new java.util.LinkedHashMap<>();
        for (String each : names.isEmpty() ? new String[0] : names.split(" ")) {
            map.put(Long.parseLong(each.substring(0, 1)), each.substring(2));
        }
        Shape.Number number = new Shape.Number(new Shape.Bits(0, 0, 4), Shape.Kind.UNSIGNED);
        assertThat(decode(NUMBER, new Shape.Enumeration(number, map), words(value)))
                .isEqualTo(shown);
    }

    @Test
    void textUpToItsNul() {
        Shape shape = new Shape.Text(0);
        assertThat(decode(TEXT, shape, text("abc", 4))).isEqualTo("\"abc\"");
        assertThat(decode(TEXT, shape, text("", 1))).isEqualTo("\"\"");
        assertThat(decode(TEXT, shape, text("0123456789abcde", 16))).isEqualTo("\"0123456789abcde\"~-1");
        assertThat(decode(TEXT, shape, text("0123456789abcü", 16))).isEqualTo("\"0123456789abcü\"~-1");
        assertThat(decode(TEXT, shape, text("abc", 4), true)).isEqualTo("unreadable");
        assertThat(decode(TEXT, shape, text("abc", -14))).isEqualTo("unreadable");
        assertThat(decode(TEXT, shape, text("abc", 17))).isEqualTo("unreadable");
        assertThat(decode(TEXT, shape, text("more than the take has room for", 17)))
                .isEqualTo("unreadable");
        assertThat(decode(TEXT, shape, words(4))).isEqualTo("unreadable");
    }

    @Test
    void textOfKnownLength() {
        Shape shape = new Shape.Text(0);
        assertThat(decode(BLOCK, shape, text("abc", 3, 3))).isEqualTo("\"abc\"");
        assertThat(decode(BLOCK, shape, text("a\0c", 3, 3))).isEqualTo("\"a\0c\"");
        assertThat(decode(BLOCK, shape, text("", 0, 0))).isEqualTo("\"\"");
        assertThat(decode(BLOCK, shape, text("0123456789abcde", 16, 9000))).isEqualTo("\"0123456789abcde\0\"~9000");
        assertThat(decode(BLOCK, shape, text("0123456789abcd€".substring(0, 14) + "€", 15, 99)))
                .isEqualTo("\"0123456789abcd\"~99");
        assertThat(decode(BLOCK, shape, text("abc", 3, -1))).isEqualTo("unreadable");
        assertThat(decode(BLOCK, shape, text("abc", 17, 99))).isEqualTo("unreadable");
        assertThat(decode(BLOCK, new Shape.Bytes(0), text("ab", 2, 7))).isEqualTo("b\"ab\"~7");
    }

    @Test
    void textInABlock() {
        assertThat(decode(BLOCK, new Shape.TextIn(0, 2, 4, 4), text("xxab", 16, 16)))
                .isEqualTo("\"ab\"");
        assertThat(decode(BLOCK, new Shape.TextIn(0, 2, 2, 2), text("xxab", 16, 16)))
                .isEqualTo("\"ab\"");
        assertThat(decode(BLOCK, new Shape.TextIn(0, 2, 2, 9), text("xxab", 16, 16)))
                .isEqualTo("\"ab\"~-1");
        assertThat(decode(BLOCK, new Shape.TextIn(0, 14, 4, 4), text("xxab", 16, 16)))
                .isEqualTo("unreadable");
        assertThat(decode(BLOCK, new Shape.BytesIn(0, 2, 2, 9), text("xxab", 16, 16)))
                .isEqualTo("b\"ab\"~9");
        assertThat(decode(NUMBER, new Shape.TextIn(0, 0, 8, 8), words(0x6261))).isEqualTo("\"ab\"");
    }

    @Test
    void itemsAreNoMoreThanThereAre() {
        Shape item = new Shape.Number(new Shape.Bits(0, 0, 4), Shape.Kind.SIGNED);
        Shape next = new Shape.Number(new Shape.Bits(0, 4, 4), Shape.Kind.SIGNED);
        Shape filling = new Shape.Items(List.of(item, next), new Shape.Count.Filling(0, 4));
        assertThat(decode(BLOCK, filling, text("\1\0\0\0\2\0\0\0", 8, 8))).isEqualTo("[1, 2]");
        assertThat(decode(BLOCK, filling, text("\1\0\0\0\2\0\0\0", 4, 4))).isEqualTo("[1]");
        assertThat(decode(BLOCK, filling, text("\1\0\0\0\2\0\0\0", 8, 400))).isEqualTo("[1, 2]~100");
        assertThat(decode(BLOCK, filling, text("\1\0\0\0\2\0\0\0", 4, 8))).isEqualTo("[1, unreadable]");
        assertThat(decode(BLOCK, filling, text("", 0, 0))).isEqualTo("[]");
        Shape told = new Shape.Items(List.of(), new Shape.Count.Told(new Shape.Bits(0, 0, 8)));
        assertThat(decode(NUMBER, told, words(5))).isEqualTo("[]~5");
        assertThat(decode(NUMBER, told, words(-5))).isEqualTo("unreadable");
        assertThat(decode(NUMBER, new Shape.Behind(new Shape.Bits(0, 0, 8), told), words(0)))
                .isEqualTo("nil");
    }

    @Test
    void variants() {
        Optional<Shape.Number> tag = Optional.of(new Shape.Number(new Shape.Bits(0, 0, 1), Shape.Kind.UNSIGNED));
        Shape content = new Shape.Number(new Shape.Bits(0, 1, 1), Shape.Kind.UNSIGNED);
        Shape.Variant none = new Shape.Variant("None", OptionalLong.of(-1), new Shape.Fields("", List.of()));
        Shape.Variant some = new Shape.Variant("Some", OptionalLong.empty(), content);
        Shape shape = new Shape.Variants(tag, List.of(some, none));
        assertThat(decode(NUMBER, shape, words(0x5ff))).isEqualTo("None");
        assertThat(decode(NUMBER, shape, words(0x503))).isEqualTo("Some(5)");
        assertThat(decode(NUMBER, new Shape.Variants(tag, List.of(none)), words(3)))
                .isEqualTo("word 0x3");
        assertThat(decode(NUMBER, new Shape.Variants(Optional.empty(), List.of(some)), words(0x503)))
                .isEqualTo("Some(5)");
    }

    @Test
    void interfacesOfUnknownTypes() {
        Shape shape = new Shape.GoType(new Shape.Bits(0, 0, 8));
        assertThat(decode(NUMBER, shape, words(0))).isEqualTo("nil");
        assertThat(decode(NUMBER, shape, words(77))).isEqualTo("<main.T>");
        assertThat(decode(NUMBER, shape, words(0x1234))).isEqualTo("<type at 0x1234>");
        assertThat(decode(NUMBER, shape, words(77), true)).isEqualTo("unreadable");
    }

    @Test
    void timesOutOfRange() {
        Shape time = new Shape.GoTime(new Shape.Bits(0, 0, 8), new Shape.Bits(0, 8, 8));
        Shape span = new Shape.Span(new Shape.Bits(0, 0, 8), new Shape.Bits(0, 8, 4));
        assertThat(decode(BLOCK, time, words(16, 16, 0, Long.MAX_VALUE))).isEqualTo("missing: a time out of range");
        assertThat(decode(BLOCK, time, words(16, 16, 0, Long.MIN_VALUE))).isEqualTo("missing: a time out of range");
        assertThat(decode(BLOCK, time, words(16, 16, 5, 62_135_596_800L)))
                .isEqualTo("\"1970-01-01T00:00:00.000000005Z\"");
        assertThat(decode(BLOCK, span, words(16, 16, 1, 5))).isEqualTo("1000000005ns");
        assertThat(decode(BLOCK, span, words(16, 16, -1, 5))).isEqualTo("missing: a time span out of range");
    }

    @Test
    void anyBytesGiveAValue() {
        long seed = Long.getLong("stet.seed", System.nanoTime());
        Random random = new Random(seed);
        List<Shown> all = everything();
        for (int round = 0; round < 20_000; round++) {
            Shown shown = all.get(random.nextInt(all.size()));
            byte[] bytes = new byte[random.nextInt(2_000)];
            random.nextBytes(bytes);
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = random.nextInt(3) == 0 ? bytes[i] : (byte) (random.nextInt(8) == 0 ? 8 : 0);
            }
            long failures = random.nextBoolean() ? 0 : random.nextLong();
            Taken record = new Program.Filled(MemorySegment.ofArray(bytes), shown.takes(), failures);
            try {
                assertThat(Rendering.of(ShapeDecoder.decode(shown, record, NAMES))
                                .length())
                        .isLessThan(20_000);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("replay: -Dstet.seed=" + seed + ", round " + round, e);
            }
        }
    }

    private record Fixed(Type type) implements TypeRef {}

    private static List<Shown> everything() {
        Type character = new Type.Base("char", 1, Type.Encoding.CHARACTER);
        Type number = new Type.Base("int", 4, Type.Encoding.SIGNED);
        Type pointer = new Type.Pointer("", 8, Type.Pointer.Kind.POINTER, new Fixed(character));
        Type numbers = new Type.Pointer("", 8, Type.Pointer.Kind.POINTER, new Fixed(number));
        Type word = new Type.Base("long", 8, Type.Encoding.SIGNED);
        Type string =
                composite("string", 16, Type.Composite.Kind.STRING, field("str", pointer, 0), field("len", word, 8));
        Type slice =
                composite("[]int", 24, Type.Composite.Kind.SLICE, field("array", numbers, 0), field("len", word, 8));
        Type error =
                composite("error", 16, Type.Composite.Kind.INTERFACE, field("tab", word, 0), field("data", word, 8));
        Type any = composite("any", 16, Type.Composite.Kind.INTERFACE, field("_type", word, 0), field("data", word, 8));
        Type time = composite("time.Time", 24, Type.Composite.Kind.STRUCT, field("wall", word, 0));
        Type map = new Type.Pointer("map", 8, Type.Pointer.Kind.MAP, new Fixed(word));
        Type array = new Type.Array("", 12, new Fixed(character), 12);
        Type real = new Type.Base("double", 8, Type.Encoding.FLOAT);
        Type whole = composite(
                "s",
                200,
                Type.Composite.Kind.STRUCT,
                field("a", pointer, 0),
                field("b", string, 8),
                field("c", slice, 24),
                field("d", array, 48),
                field("e", real, 64),
                field("f", map, 72),
                field("g", time, 80));
        Shapes shapes = new Shapes(Probe.Limits.DEFAULT, _ -> Optional.empty());
        Place place = new Place.Memory(Word.of(0));
        List<Type> types = List.of(string, slice, error, any, time, map, array, real, whole, pointer);
        List<Shown> shown = new java.util.ArrayList<>(
                types.stream().map(it -> shapes.show("x", it, place)).toList());
        shown.add(new Shown("h", List.of(new Take.Block(Word.of(0), Word.of(0), 64)), new Shape.HttpLine(0)));
        shown.add(new Shown("s", List.of(new Take.Stack(9)), new Shape.Frames(0)));
        shown.add(new Shown("s", List.of(), new Shape.Frames(3)));
        return shown;
    }

    private static Type.Field field(String name, Type type, long offset) {
        return new Type.Field(name, new Fixed(type), offset);
    }

    private static Type composite(String name, long size, Type.Composite.Kind kind, Type.Field... fields) {
        return new Type.Composite(name, size, kind, List.of(fields));
    }

    @Test
    void framesAreThoseThatWereWritten() {
        Take stack = new Take.Stack(4);
        assertThat(decode(stack, new Shape.Frames(0), words(16, 5, 6, 0, 0))).isEqualTo("[5, 6]");
        assertThat(decode(stack, new Shape.Frames(0), words(40, 5, 6, 0, 0))).isEqualTo("unreadable");
        assertThat(decode(stack, new Shape.Frames(0), words(-14, 5, 6, 0, 0))).isEqualTo("unreadable");
    }

    @Test
    void fixedThings() {
        assertThat(decode(NUMBER, new Shape.Fixed("é"), words(0))).isEqualTo("\"é\"");
        assertThat(decode(NUMBER, new Shape.Missing("optimised out"), words(0))).isEqualTo("missing: optimised out");
        assertThat(decode(NUMBER, new Shape.Withheld("exempt"), words(0))).isEqualTo("withheld: exempt");
        assertThat(new Value.Nil()).isEqualTo(new Value.Nil());
    }
}
