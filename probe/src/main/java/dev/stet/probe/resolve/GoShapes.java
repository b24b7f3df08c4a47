package dev.stet.probe.resolve;

import dev.stet.binary.Type;
import dev.stet.probe.Probe;
import dev.stet.probe.compile.Take;
import dev.stet.probe.compile.Word;
import java.util.List;
import java.util.Optional;

/// Values of Go's own types.
final class GoShapes {
    private static final int HEAD_BYTES = 16;

    private final Takes takes;
    private final Probe.Limits limits;

    GoShapes(Takes takes, Probe.Limits limits) {
        this.takes = takes;
        this.limits = limits;
    }

    /// Maps and channels: how many they hold is their first word (Go: `src/runtime/map.go`, hmap, until 1.23;
    /// `src/internal/runtime/maps/map.go`, Map, since; `src/runtime/chan.go`, hchan).
    Shape counted(Source source) {
        Optional<Shape.Bits> pointer = source.bits(0, 8);
        Optional<Word> word = source.word(0, 8);
        if (pointer.isEmpty() || word.isEmpty()) {
            return new Shape.Missing(source.absence());
        }
        if (!takes.hasRoom(1)) {
            return Shaper.TOO_MUCH;
        }
        int count = takes.add(new Take.Number(word.get().load()));
        Shape.Count told = new Shape.Count.Told(new Shape.Bits(count, 0, 8));
        return new Shape.Behind(pointer.get(), new Shape.Items(List.of(), told));
    }

    /// The address of the type that an interface holds, 0 for nil: in an interface with methods it is in the
    /// table
    /// of those (Go: `src/runtime/runtime2.go`, iface, eface; `src/internal/abi/iface.go`, ITab).
    static Optional<Word> dynamicType(Type.Composite type, Source source) {
        boolean direct =
                !type.fields().isEmpty() && type.fields().getFirst().name().equals("_type");
        return source.word(0, 8).map(it -> direct ? it : behindTable(it));
    }

    private static Word behindTable(Word table) {
        return new Word.Choice(table, table.plus(8).load(), Word.of(0));
    }

    Shape dynamicValue(Type.Composite type, Source source) {
        Optional<Word> dynamic = dynamicType(type, source);
        Optional<Word> data = source.word(8, 8);
        Optional<Shape.Bits> dataBits = source.bits(8, 8);
        if (dynamic.isEmpty() || data.isEmpty() || dataBits.isEmpty()) {
            return new Shape.Missing(source.absence());
        }
        boolean error = type.name().equals("error");
        if (!takes.hasRoom(error ? 6 : 3)) {
            return takes.hasRoom(1) ? new Shape.GoType(number(dynamic.get())) : Shaper.TOO_MUCH;
        }
        Word at = data.get();
        Shape.GoInterface value = new Shape.GoInterface(
                number(dynamic.get()),
                dataBits.get(),
                takes.add(new Take.Block(at, Word.of(HEAD_BYTES), HEAD_BYTES)),
                string(at));
        return error
                ? new Shape.GoError(
                        value,
                        string(at.plus(16)),
                        number(behindTable(at.plus(32).load())),
                        number(at.plus(40).load().load()))
                : value;
    }

    private Shape.Bits number(Word word) {
        return new Shape.Bits(takes.add(new Take.Number(word)), 0, 8);
    }

    /// A string's two words are there.
    private int string(Word at) {
        return takes.add(new Take.Block(at.load(), at.plus(8).load(), limits.textBytes()));
    }

    static Shape time(Source source) {
        Optional<Shape.Bits> wall = source.bits(0, 8);
        Optional<Shape.Bits> extra = source.bits(8, 8);
        return wall.isPresent() && extra.isPresent()
                ? new Shape.GoTime(wall.get(), extra.get())
                : new Shape.Missing(source.absence());
    }
}
