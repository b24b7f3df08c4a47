package dev.stet.probe.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.binary.Type;
import dev.stet.binary.TypeRef;
import dev.stet.probe.Probe;
import dev.stet.probe.compile.Word;
import dev.stet.probe.resolve.Place;
import dev.stet.probe.resolve.Shapes;
import dev.stet.probe.resolve.Stretch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// libc++'s strings, by their layout in memory (LLVM: `libcxx/include/string`, the layout that is not
/// `_LIBCPP_ABI_ALTERNATE_STRING_LAYOUT`): few machines have the library.
class LlvmStringTest {
    private static final long AT = 0x7ffc_0000_1000L;
    private static final long HEAP = 0x5555_0000_2000L;

    private record Fixed(Type type) implements TypeRef {}

    private static Memory llvm(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer object = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length <= 22) {
            object.put((byte) (bytes.length << 1)).put(bytes);
            return new Memory.Pieces().with(AT, object.array());
        }
        long capacity = (bytes.length + 16L) & ~15L;
        object.putLong(capacity | 1).putLong(bytes.length).putLong(HEAP);
        return new Memory.Pieces().with(AT, object.array()).with(HEAP, bytes);
    }

    private static Memory gnu(String text, long heap) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer object = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length <= 15) {
            object.putLong(AT + 16).putLong(bytes.length).put(bytes);
            return new Memory.Pieces().with(AT, object.array());
        }
        object.putLong(heap).putLong(bytes.length).putLong(bytes.length);
        return new Memory.Pieces().with(AT, object.array()).with(heap, bytes);
    }

    private static String untyped(Memory memory) {
        Stretch text = Shapes.standardString(Word.of(AT));
        Program program = new Program(memory, Map.of());
        long address = program.value(text.address()).orElseThrow();
        int length = (int) program.value(text.length().orElseThrow()).orElseThrow();
        return new String(memory.read(address, length).orElseThrow(), StandardCharsets.UTF_8);
    }

    @Test
    void ofKnownType() {
        Type type = new Type.Composite(
                "basic_string<char, std::__1::char_traits<char>, std::__1::allocator<char> >",
                24,
                Type.Composite.Kind.CLASS,
                List.of(new Type.Field("__r_", new Fixed(new Type.Opaque("__compressed_pair", 24, "")), 0)));
        Shapes shapes = new Shapes(Probe.Limits.DEFAULT, _ -> Optional.empty());
        var shown = shapes.show("s", type, new Place.Memory(Word.of(AT)));
        for (String text : List.of("", "short", "x".repeat(22), "x".repeat(23), "y".repeat(100))) {
            var record = new Program(llvm(text), Map.of()).run(shown);
            assertThat(Rendering.of(ShapeDecoder.decode(shown, record, GoTypes.NONE)))
                    .isEqualTo("\"" + text + "\"");
        }
    }

    /// Both libraries' strings of all short lengths are told apart, whatever is in them.
    @Test
    void ofUnknownLibrary() {
        long seed = Long.getLong("stet.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < 5_000; round++) {
            int length = random.nextInt(60);
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < length; i++) {
                text.append((char) (random.nextInt(8) == 0 ? random.nextInt(32) : ' ' + random.nextInt(95)));
            }
            long heap = 0x1000 + (random.nextLong() & 0x7fff_ffff_fff0L);
            String what = "replay: -Dstet.seed=" + seed + ", round " + round;
            assertThat(untyped(llvm(text.toString()))).as(what).isEqualTo(text.toString());
            assertThat(untyped(gnu(text.toString(), heap))).as(what).isEqualTo(text.toString());
        }
    }
}
