package dev.stet.probe.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.binary.BinaryException;
import dev.stet.binary.MalformedBinaryException;
import dev.stet.binary.Type;
import dev.stet.binary.Type.Composite.Kind;
import dev.stet.binary.Type.Encoding;
import dev.stet.binary.TypeRef;
import dev.stet.probe.Probe;
import dev.stet.probe.compile.Take;
import dev.stet.probe.compile.Word;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ShapesTest {
    private static final Word RDI = new Word.Register(112);
    private static final Word RSI = new Word.Register(104);
    private static final Type INT = new Type.Base("int", 4, Encoding.SIGNED);
    private static final Type LONG = new Type.Base("long", 8, Encoding.SIGNED);
    private static final Type CHAR = new Type.Base("char", 1, Encoding.CHARACTER);
    private static final Type DOUBLE = new Type.Base("double", 8, Encoding.FLOAT);
    private static final Type TEXT = new Type.Pointer("", 8, Type.Pointer.Kind.POINTER, ref(CHAR));
    private static final Shapes SHAPES = new Shapes(Probe.Limits.DEFAULT, _ -> Optional.empty());

    private record Fixed(Type type) implements TypeRef {}

    private static TypeRef ref(Type type) {
        return new Fixed(type);
    }

    private static Type struct(String name, long size, Type.Field... fields) {
        return new Type.Composite(name, size, Kind.STRUCT, List.of(fields));
    }

    private static Type.Field field(String name, Type type, long offset) {
        return new Type.Field(name, ref(type), offset);
    }

    private static Place.Words registers() {
        return new Place.Words(List.of(new Place.Part(0, 8, RDI), new Place.Part(8, 8, RSI)));
    }

    private static final Place MEMORY = new Place.Memory(RDI);

    @Test
    void aNumberIsOneWord() {
        assertThat(SHAPES.show("n", INT, Place.Words.of(RDI)))
                .isEqualTo(new Shown(
                        "n",
                        List.of(new Take.Number(RDI)),
                        new Shape.Number(new Shape.Bits(0, 0, 4), Shape.Kind.SIGNED)));
        assertThat(SHAPES.show("n", INT, MEMORY))
                .isEqualTo(new Shown(
                        "n",
                        List.of(new Take.Number(RDI.load(4, false))),
                        new Shape.Number(new Shape.Bits(0, 0, 4), Shape.Kind.SIGNED)));
    }

    @Test
    void whatIsNowhereTakesNothing() {
        Place nowhere = new Place.Nowhere("in xmm0, which probes cannot see");
        assertThat(SHAPES.show("d", DOUBLE, nowhere))
                .isEqualTo(new Shown("d", List.of(), new Shape.Missing("in xmm0, which probes cannot see")));
        assertThat(SHAPES.length(LONG, nowhere)).isEmpty();
        assertThat(SHAPES.text(TEXT, nowhere)).isEmpty();
    }

    @Test
    void aStructureInRegistersIsTheirWords() {
        Type pair = struct("pair", 16, field("a", INT, 0), field("b", INT, 4), field("c", LONG, 8));
        assertThat(SHAPES.show("p", pair, registers()))
                .isEqualTo(new Shown(
                        "p",
                        List.of(new Take.Number(RDI), new Take.Number(RSI)),
                        new Shape.Fields(
                                "pair", List.of(signed("a", 0, 0, 4), signed("b", 0, 4, 4), signed("c", 1, 0, 8)))));
    }

    private static Shape.Field signed(String name, int take, int offset, int size) {
        return new Shape.Field(name, new Shape.Number(new Shape.Bits(take, offset, size), Shape.Kind.SIGNED));
    }

    @Test
    void aPartThatIsInNoRegisterIsMissing() {
        Type pair = struct("pair", 16, field("a", LONG, 0), field("b", LONG, 8));
        Place half = new Place.Words(List.of(new Place.Part(0, 8, RDI)));
        assertThat(SHAPES.show("p", pair, half).shape())
                .isEqualTo(new Shape.Fields(
                        "pair",
                        List.of(signed("a", 0, 0, 8), new Shape.Field("b", new Shape.Missing("in no register")))));
    }

    @Test
    void aStructureInMemoryIsOneBlock() {
        Type pair = struct("pair", 24, field("a", INT, 0), field("name", TEXT, 8), field("c", LONG, 16));
        Shown shown = SHAPES.show("p", pair, MEMORY);
        assertThat(shown.takes())
                .containsExactly(
                        new Take.Block(RDI, Word.of(24), 24),
                        new Take.Text(RDI.plus(8).load(), 128));
        assertThat(shown.shape())
                .isEqualTo(new Shape.Fields(
                        "pair",
                        List.of(
                                signed("a", 0, 0, 4),
                                new Shape.Field("name", new Shape.Behind(new Shape.Bits(0, 8, 8), new Shape.Text(1))),
                                signed("c", 0, 16, 8))));
    }

    @Test
    void anArrayOfCharactersInARegisterIsText() {
        Type name = struct("name", 8, field("text", new Type.Array("", 8, ref(CHAR), 8), 0));
        assertThat(SHAPES.show("p", name, Place.Words.of(RDI)).shape())
                .isEqualTo(new Shape.Fields("name", List.of(new Shape.Field("text", new Shape.TextIn(0, 0, 8, 8)))));
    }

    @Test
    void whatIsBeyondTheImageIsSaidToBe() {
        Type big = struct("big", 4096, field("a", LONG, 0), field("b", LONG, 1020), field("c", LONG, 4088));
        Shape.Missing beyond = new Shape.Missing("beyond the first 1024 bytes");
        assertThat(SHAPES.show("p", big, MEMORY).shape())
                .isEqualTo(new Shape.Fields(
                        "big",
                        List.of(signed("a", 0, 0, 8), new Shape.Field("b", beyond), new Shape.Field("c", beyond))));
    }

    @Test
    void baseClassesAndAnonymousMembersAreFlat() {
        Type base = struct("Base", 8, field("_vptr.Base", LONG, 0), field("id", INT, 8));
        Type union = new Type.Composite("", 8, Kind.UNION, List.of(field("i", INT, 0), field("l", LONG, 0)));
        Type derived = struct(
                "Derived",
                32,
                new Type.Field("", ref(base), 0, 0, 0, true),
                field("", union, 16),
                new Type.Field("virtual", ref(base), -1, 0, 0, true));
        assertThat(((Shape.Fields) SHAPES.show("p", derived, MEMORY).shape()).fields())
                .containsExactly(
                        signed("id", 0, 8, 4),
                        signed("i", 0, 16, 4),
                        signed("l", 0, 16, 8),
                        new Shape.Field("virtual", new Shape.Missing("in a virtual base")));
    }

    @Test
    void bitFieldsAreShiftsAndWidths() {
        Type flags = struct("f", 4, new Type.Field("b", ref(INT), 1, 3, 6, false));
        assertThat(SHAPES.show("p", flags, Place.Words.of(RDI)).shape())
                .isEqualTo(new Shape.Fields(
                        "f",
                        List.of(new Shape.Field(
                                "b", new Shape.Number(new Shape.Bits(0, 1, 2), 3, 6, Shape.Kind.SIGNED)))));
    }

    /// Rust before 1.82 says what a vector's pointer points to; nobody needs to know the type by name.
    @Test
    void vectorsOfOlderRust() {
        Type item = struct("Item", 16, field("a", LONG, 0), field("b", LONG, 8));
        Type pointer = new Type.Pointer("*const app::Item", 8, Type.Pointer.Kind.POINTER, ref(item));
        Type unique = struct("Unique<app::Item>", 8, field("pointer", pointer, 0));
        Type raw = struct("RawVec<app::Item>", 16, field("cap", LONG, 8), field("ptr", unique, 0));
        Type vector = struct("Vec<app::Item, alloc::alloc::Global>", 24, field("buf", raw, 0), field("len", LONG, 16));
        Shown shown = SHAPES.show("v", vector, MEMORY);
        assertThat(shown.takes()).hasSize(1);
        assertThat(shown.takes().getFirst())
                .isInstanceOfSatisfying(
                        Take.Block.class, it -> assertThat(it.address()).isEqualTo(RDI.load()));
        assertThat(shown.shape())
                .isInstanceOfSatisfying(
                        Shape.Items.class,
                        it -> assertThat(it.items().get(1))
                                .isEqualTo(new Shape.Fields(
                                        "Item", List.of(signed("a", 0, 16, 8), signed("b", 0, 24, 8)))));
        Type unknown =
                struct("Vec<app::Other, alloc::alloc::Global>", 24, field("buf", raw, 0), field("len", LONG, 16));
        assertThat(SHAPES.show("v", unknown, MEMORY).shape())
                .isEqualTo(new Shape.Items(List.of(), new Shape.Count.Told(new Shape.Bits(0, 16, 8))));
    }

    /// Other people have types of these names too.
    @Test
    void namesOfLibrariesAreNotEnough() {
        for (String name : List.of(
                "Duration",
                "String",
                "Vec<int>",
                "HashMap<x>",
                "vector<int>",
                "optional<x>",
                "map<x>",
                "basic_string<char>",
                "basic_string_view<char>",
                "CString",
                "Rc<x>",
                "unique_ptr<x>")) {
            Type own = struct(name, 8, field("secs", INT, 0), field("nanos", INT, 4));
            assertThat(SHAPES.show("v", own, MEMORY).shape())
                    .isEqualTo(new Shape.Fields(name, List.of(numbered("secs", 0), numbered("nanos", 1))));
        }
    }

    private static Shape.Field numbered(String name, int take) {
        return signed(name, take, 0, 4);
    }

    @Test
    void aBrokenMemberDoesNotBreakTheRest() {
        TypeRef broken = () -> {
            throw new MalformedBinaryException("a lie", 5);
        };
        Type whole = struct("s", 8, new Type.Field("bad", broken, 0), field("good", INT, 4));
        Shape.Fields shape = (Shape.Fields) SHAPES.show("p", whole, MEMORY).shape();
        assertThat(shape.fields().get(0).shape())
                .isInstanceOfSatisfying(
                        Shape.Missing.class, it -> assertThat(it.why()).contains("a lie"));
        assertThat(shape.fields().get(1).shape()).isInstanceOf(Shape.Number.class);
    }

    /// A type that contains itself, in every way there is, and has many members.
    @Test
    void typesThatContainThemselvesEnd() {
        TypeRef[] self = new TypeRef[1];
        TypeRef lazy = () -> self[0].type();
        for (Type type : List.of(
                struct("s", 16, many(lazy)),
                new Type.Composite("", 16, Kind.STRUCT, List.of(many(lazy))),
                new Type.Composite("", 16, Kind.STRUCT, List.of(many("", lazy))),
                new Type.Composite("vector<x>", 16, Kind.CLASS, List.of(many(lazy))),
                new Type.Composite("Vec<x>", 16, Kind.STRUCT, List.of(many(lazy))),
                new Type.Composite("basic_string<char>", 16, Kind.CLASS, List.of(many(lazy))),
                new Type.Array("", 16, lazy, 1000),
                new Type.Alias("a", 8, "", lazy),
                new Type.Pointer("", 8, Type.Pointer.Kind.REFERENCE, lazy),
                new Type.Composite(
                        "&[x]",
                        16,
                        Kind.SLICE,
                        List.of(
                                field("data_ptr", new Type.Pointer("", 8, Type.Pointer.Kind.POINTER, lazy), 0),
                                field("length", LONG, 8))),
                new Type.Variants(
                        "v",
                        16,
                        Optional.of(field("", LONG, 0)),
                        Collections.nCopies(
                                300, new Type.Variant("x", OptionalLong.of(1), new Type.Field("x", lazy, 0)))))) {
            self[0] = ref(type);
            for (Place place : List.of(MEMORY, registers())) {
                Shown shown = SHAPES.show("p", type, place);
                assertThat(shown.takes().size()).as(type.name()).isLessThanOrEqualTo(24);
                assertThat(size(shown.shape())).as(type.name()).isLessThan(100_000);
                assertThat(SHAPES.length(type, place)).isNotNull();
            }
        }
    }

    private static Type.Field[] many(TypeRef type) {
        return many("x", type);
    }

    private static Type.Field[] many(String name, TypeRef type) {
        return Collections.nCopies(1000, new Type.Field(name, type, 0)).toArray(Type.Field[]::new);
    }

    private static int size(Shape shape) {
        return switch (shape) {
            case Shape.Fields(var ignored, var fields) ->
                1 + fields.stream().mapToInt(it -> size(it.shape())).sum();
            case Shape.Items(var items, var ignored) ->
                1 + items.stream().mapToInt(ShapesTest::size).sum();
            case Shape.Variants(var ignored, var variants) ->
                1 + variants.stream().mapToInt(it -> size(it.content())).sum();
            case Shape.Behind(var ignored, var content) -> 1 + size(content);
            case Shape.Number _,
                    Shape.Enumeration _,
                    Shape.Text _,
                    Shape.Bytes _,
                    Shape.TextIn _,
                    Shape.BytesIn _,
                    Shape.GoInterface _,
                    Shape.GoError _,
                    Shape.GoType _,
                    Shape.GoTime _,
                    Shape.Span _,
                    Shape.HttpLine _,
                    Shape.Frames _,
                    Shape.Fixed _,
                    Shape.Missing _,
                    Shape.Withheld _ -> 1;
        };
    }

    /// 2^4096 ways through types that are all different, each with many members.
    @Test
    void aTypeIsReadOnce() {
        AtomicInteger reads = new AtomicInteger();
        for (String name : List.of("", "x", "pointer")) {
            for (String type : List.of("s", "Vec<x>", "vector<x>", "unique_ptr<x>", "basic_string<char>")) {
                reads.set(0);
                Type deep =
                        new Type.Composite(type, 16, Kind.STRUCT, List.of(many(name, new Deep(1, name, type, reads))));
                Shapes shapes = new Shapes(Probe.Limits.DEFAULT, _ -> Optional.of(new Deep(9_999, name, type, reads)));
                assertThat(shapes.show("p", deep, MEMORY)).isNotNull();
                assertThat(shapes.length(deep, MEMORY)).isNotNull();
                assertThat(reads.get()).isLessThanOrEqualTo(3 * 4096);
            }
        }
    }

    private record Deep(int level, String name, String typeName, AtomicInteger reads) implements TypeRef {
        @Override
        public Type type() {
            reads.incrementAndGet();
            Type.Field[] fields = new Type.Field[100];
            for (int i = 0; i < fields.length; i++) {
                fields[i] = new Type.Field(name, new Deep(100 * level + i, name, typeName, reads), 0);
            }
            return new Type.Composite(typeName, 16, Kind.STRUCT, List.of(fields));
        }
    }

    @Test
    void anyTypeGivesAShape() {
        long seed = Long.getLong("stet.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < 3_000; round++) {
            Type type = random(random, 4);
            for (Place place : List.of(MEMORY, registers(), Place.Words.of(RDI))) {
                try {
                    Shown shown = SHAPES.show("p", type, place);
                    assertThat(shown.takes().size()).isLessThanOrEqualTo(24);
                    assertThat(shown.takes().stream().mapToInt(Take::bytes).sum())
                            .isLessThan(40 << 10);
                    assertThat(SHAPES.text(type, place)).isNotNull();
                    assertThat(SHAPES.length(type, place)).isNotNull();
                    assertThat(SHAPES.fields("p", type, place, 9)).isNotNull();
                } catch (RuntimeException | AssertionError | StackOverflowError e) {
                    throw new AssertionError("replay: -Dstet.seed=" + seed + ", round " + round + ": " + type, e);
                }
            }
        }
    }

    private static final List<String> NAMES = List.of(
            "x",
            "",
            "vector<int>",
            "basic_string<char, x>",
            "_M_p",
            "_M_string_length",
            "_M_start",
            "_M_finish",
            "__r_",
            "String",
            "Vec<u8>",
            "Vec<",
            "vec",
            "pointer",
            "len",
            "data_ptr",
            "length",
            "&str",
            "time.Time",
            "error",
            "_type",
            "Duration",
            "secs",
            "nanos",
            "unique_ptr<x>",
            "optional<x>",
            "_M_engaged",
            "_M_value",
            "HashMap<",
            "items",
            "__0");

    private static final long[] SIZES = {-1, 0, 1, 2, 3, 4, 8, 9, 16, 24, 1024, 1 << 20, Long.MAX_VALUE, Long.MIN_VALUE
    };

    private static <T> T any(Random random, T[] of) {
        return of[random.nextInt(of.length)];
    }

    private static Type random(Random random, int depth) {
        String name = NAMES.get(random.nextInt(NAMES.size()));
        long size = SIZES[random.nextInt(SIZES.length)];
        int which = random.nextInt(depth == 0 ? 4 : 11);
        return switch (which) {
            case 0 -> new Type.Base(name, size, any(random, Encoding.values()));
            case 1 -> new Type.Opaque(name, size, "why");
            case 2 -> new Type.Enumeration(name, size, random.nextBoolean(), List.of(new Type.Constant("A", 1)));
            case 3 -> new Type.Nothing();
            case 4 ->
                new Type.Pointer(name, size, any(random, Type.Pointer.Kind.values()), ref(random(random, depth - 1)));
            case 5 -> new Type.Array(name, size, ref(random(random, depth - 1)), SIZES[random.nextInt(SIZES.length)]);
            case 6 -> new Type.Alias(name, size, "", ref(random(random, depth - 1)));
            case 7 ->
                new Type.Variants(
                        name,
                        size,
                        random.nextBoolean() ? Optional.empty() : Optional.of(randomField(random, depth)),
                        List.of(new Type.Variant("v", OptionalLong.empty(), randomField(random, depth))));
            default -> {
                List<Type.Field> fields = new ArrayList<>();
                for (int i = random.nextInt(5); i > 0; i--) {
                    fields.add(randomField(random, depth));
                }
                yield new Type.Composite(name, size, any(random, Kind.values()), fields);
            }
        };
    }

    private static Type.Field randomField(Random random, int depth) {
        return new Type.Field(
                NAMES.get(random.nextInt(NAMES.size())),
                ref(random(random, depth - 1)),
                SIZES[random.nextInt(SIZES.length)],
                random.nextInt(4) == 0 ? random.nextInt(70) : 0,
                random.nextInt(4) == 0 ? random.nextInt(100) : 0,
                random.nextBoolean());
    }

    @Test
    void firstArgumentsOfRustsNames() throws BinaryException {
        assertThat(RustTypes.firstArgument("Vec<u8, alloc::alloc::Global>")).isEqualTo("u8");
        assertThat(RustTypes.firstArgument("Vec<(u8, [u16; 2]), A>")).isEqualTo("(u8, [u16; 2])");
        assertThat(RustTypes.firstArgument("Vec<fn(u8) -> HashMap<u8, u8>, A>")).isEqualTo("fn(u8) -> HashMap<u8, u8>");
        assertThat(RustTypes.firstArgument("Vec<u8")).isEmpty();
        assertThat(RustTypes.firstArgument("Vec")).isEmpty();
    }
}
