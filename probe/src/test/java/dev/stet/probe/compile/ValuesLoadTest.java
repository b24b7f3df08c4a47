package dev.stet.probe.compile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.binary.Type;
import dev.stet.binary.Type.Composite.Kind;
import dev.stet.binary.TypeRef;
import dev.stet.kernel.Bpf;
import dev.stet.kernel.Descriptor;
import dev.stet.probe.Probe;
import dev.stet.probe.compile.Recording.Owner;
import dev.stet.probe.resolve.Place;
import dev.stet.probe.resolve.Shapes;
import dev.stet.probe.resolve.Shown;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The running kernel accepts what is taken of the values that need most.
class ValuesLoadTest {
    private static final Type CHAR = new Type.Base("char", 1, Type.Encoding.CHARACTER);
    private static final Type LONG = new Type.Base("long", 8, Type.Encoding.SIGNED);
    private static final Type TEXT = pointer(CHAR);
    private static final Type GO_STRING =
            composite("string", 16, Kind.STRING, field("str", LONG, 0), field("len", LONG, 8));
    private static final Type ERROR =
            composite("error", 16, Kind.INTERFACE, field("tab", LONG, 0), field("data", LONG, 8));
    private static final Type LLVM_STRING = composite("basic_string<char, x>", 24, Kind.CLASS, field("__r_", LONG, 0));

    private final Map<String, Descriptor> maps = new HashMap<>();

    private record Fixed(Type type) implements TypeRef {}

    private static Type pointer(Type target) {
        return new Type.Pointer("", 8, Type.Pointer.Kind.POINTER, new Fixed(target));
    }

    private static Type.Field field(String name, Type type, long offset) {
        return new Type.Field(name, new Fixed(type), offset);
    }

    private static Type composite(String name, long size, Kind kind, Type.Field... fields) {
        return new Type.Composite(name, size, kind, List.of(fields));
    }

    private static Type slice(Type item) {
        return composite("[]", 24, Kind.SLICE, field("array", pointer(item), 0), field("len", LONG, 8));
    }

    @BeforeEach
    void needBpf() throws Exception {
        NeedsBpf.check();
    }

    @AfterEach
    void closeMaps() {
        maps.values().forEach(Descriptor::close);
    }

    private void map(String name, Bpf.MapType type, int key, int value, int entries) throws Exception {
        maps.put(name, Bpf.createMap(name, type, key, value, entries, type == Bpf.MapType.LRU_HASH));
    }

    private void load(List<Take> takes) throws Exception {
        closeMaps();
        Recording recording = new Recording(
                Owner.STACK,
                takes,
                takes,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                true,
                false,
                Optional.empty(),
                1,
                0);
        assertThat(recording.excess()).isEmpty();
        map(ProgramWriter.RING, Bpf.MapType.RINGBUF, 0, 0, 1 << 16);
        map(ProgramWriter.COUNTERS, Bpf.MapType.PERCPU_ARRAY, 4, 8, Counter.values().length);
        map(ProgramWriter.CALLS, Bpf.MapType.HASH, ProgramWriter.KEY_BYTES, recording.bytes(), 16);
        map(ProgramWriter.ZEROS, Bpf.MapType.ARRAY, 4, recording.bytes(), 1);
        map(ProgramWriter.RATES, Bpf.MapType.LRU_HASH, 8, ProgramWriter.RATE_VALUE_BYTES, 16);
        map(ProgramWriter.HISTOGRAMS, Bpf.MapType.PERCPU_HASH, 8, HistogramWriter.VALUE_BYTES, 16);
        map(ProgramWriter.NO_HISTOGRAM, Bpf.MapType.ARRAY, 4, HistogramWriter.VALUE_BYTES, 1);
        map(ProgramWriter.HITS, Bpf.MapType.PERCPU_HASH, 8, 8, 16);
        for (boolean multi : new boolean[] {true, false}) {
            OptionalLong cookie = multi ? OptionalLong.empty() : OptionalLong.of(7L << 32 | 3);
            var settings = new ProgramWriter.Settings(multi, cookie, OptionalInt.of(4000));
            for (var program :
                    List.of(ProgramWriter.entry(recording, settings), ProgramWriter.exit(recording, settings))) {
                byte[] bytes = program.encode(name -> maps.get(name).fd());
                Bpf.loadProgram("stet_test", new Bpf.ProgramKind(multi, multi), bytes)
                        .close();
            }
        }
    }

    @Test
    void eachAloneAndAllInOneStructure() throws Exception {
        List<Type> types = List.of(
                TEXT,
                GO_STRING,
                ERROR,
                LLVM_STRING,
                slice(GO_STRING),
                slice(ERROR),
                slice(LLVM_STRING),
                slice(slice(LLVM_STRING)));
        List<Type.Field> fields = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            fields.add(field("f" + i, types.get(i), 24L * i));
        }
        Type whole = new Type.Composite("all", 24L * types.size(), Kind.STRUCT, fields);
        List<Type> all = new ArrayList<>(types);
        all.add(whole);
        all.add(slice(whole));
        Probe.Limits limits = new Probe.Limits(1, 0, 128, 8, 0);
        Shapes shapes = new Shapes(limits, _ -> Optional.empty());
        Word register = new Word.Register(112);
        for (Type type : all) {
            for (Word address : List.of(register, register.plus(8).load().load())) {
                Shown shown = shapes.show("x", type, new Place.Memory(address));
                assertThat(shown.takes()).as(type.name()).isNotEmpty();
                load(shown.takes());
            }
        }
        Word text = Shapes.standardString(register).address();
        Word length = Shapes.standardString(register).length().orElseThrow();
        load(List.of(new Take.Block(text, length, 128)));
    }
}
