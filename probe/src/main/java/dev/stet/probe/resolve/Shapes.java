package dev.stet.probe.resolve;

import dev.stet.binary.Type;
import dev.stet.binary.TypeRef;
import dev.stet.probe.Probe;
import dev.stet.probe.compile.Take;
import dev.stet.probe.compile.Word;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/// What is taken of a value of a known type at a known place, and how that becomes a
/// [dev.stet.probe.Value]. Types come from the target's debug information: whatever they say, what is taken
/// is bounded.
public final class Shapes {
    /// Structures in each other, whatever was asked for.
    private static final int MAX_DEPTH = 8;

    private final Probe.Limits limits;
    private final TypeNames names;

    /// @param names finds the types of Rust's vectors' items, which are known by name only
    public Shapes(Probe.Limits limits, TypeNames names) {
        this.limits = limits;
        this.names = names;
    }

    /// The value as what it is.
    public Shown show(String name, TypeRef type, Place place) {
        return show(name, TypeReader.read(type), place);
    }

    /// The value as what it is.
    public Shown show(String name, Type type, Place place) {
        return shown(name, type, place, (shaper, it, source) -> shaper.shape(it, source, depth(limits.depth())));
    }

    /// A structure, or what a pointer points to.
    ///
    /// @param depth 1 for its own fields, without those of structures in it
    public Shown fields(String name, Type type, Place place, int depth) {
        return shown(name, type, place, (shaper, it, source) -> {
            if (!(TypeReader.bare(it) instanceof Type.Pointer pointer)) {
                return shaper.shape(it, source, depth(depth));
            }
            Shape behind = shaper.behind(pointer, source, depth(depth));
            return source.bits(0, 8)
                    .<Shape>map(bits -> new Shape.Behind(bits, behind))
                    .orElse(behind);
        });
    }

    /// The name of the type that an interface holds.
    ///
    /// @return empty if the value is no interface
    public Optional<Shown> dynamicType(String name, Type type, Place place) {
        if (!(TypeReader.bare(type) instanceof Type.Composite it) || it.kind() != Type.Composite.Kind.INTERFACE) {
            return Optional.empty();
        }
        if (place instanceof Place.Nowhere(var why)) {
            return Optional.of(new Shown(name, List.of(), new Shape.Missing(why)));
        }
        return GoShapes.dynamicType(it, source(new Takes(), it, place))
                .map(word ->
                        new Shown(name, List.of(new Take.Number(word)), new Shape.GoType(new Shape.Bits(0, 0, 8))));
    }

    /// How many bytes or items a string, slice, vector, array, map or channel has.
    ///
    /// @return empty if the value has no length, or it cannot be had
    public Optional<Word> length(Type type, Place place) {
        return place instanceof Place.Nowhere
                ? Optional.empty()
                : ask((known, cached) -> Lengths.of(known, source(new Takes(), known, place), cached), type);
    }

    /// The values in a row that a slice or a vector has.
    ///
    /// @return empty if the value is none, or cannot be had
    Optional<Known.Row> row(Type type, Place place) {
        return place instanceof Place.Nowhere
                ? Optional.empty()
                : ask((known, cached) -> row(known, source(new Takes(), known, place), cached), type);
    }

    private static Optional<Known.Row> row(Type type, Source source, TypeNames names) {
        return type instanceof Type.Composite composite
                        && Library.recognise(composite, source, names).orElse(null) instanceof Known.Row row
                ? Optional.of(row)
                : Optional.empty();
    }

    /// Some bytes of a value, zero-extended.
    ///
    /// @param size 1, 2, 4 or 8 bytes
    /// @return empty if they cannot be had
    static Optional<Word> word(Type type, Place place, long offset, int size) {
        return place instanceof Place.Nowhere
                ? Optional.empty()
                : source(new Takes(), type, place).word(offset, size);
    }

    /// Where the text is that a value is.
    ///
    /// @return empty if the value is no text, or cannot be had
    public Optional<Stretch> text(Type type, Place place) {
        return place instanceof Place.Nowhere
                ? Optional.empty()
                : ask((known, cached) -> Lengths.text(known, source(new Takes(), known, place), cached), type);
    }

    /// The text of a C++ `std::string` in memory, whichever library's it is.
    public static Stretch standardString(Word address) {
        return CppTypes.string(address);
    }

    private <T> T ask(BiFunction<Type, TypeNames, T> question, Type type) {
        TypeCache cache = new TypeCache();
        return question.apply(TypeReader.bare(cache.of(type)), cached(cache));
    }

    private TypeNames cached(TypeCache cache) {
        return name -> names.named(name).map(cache::of);
    }

    private interface Maker {
        Shape make(Shaper shaper, Type type, Source source);
    }

    private Shown shown(String name, Type type, Place place, Maker maker) {
        if (place instanceof Place.Nowhere(var why)) {
            return new Shown(name, List.of(), new Shape.Missing(why));
        }
        Takes takes = new Takes();
        TypeCache cache = new TypeCache();
        Shaper shaper = new Shaper(takes, limits, cached(cache));
        Shape shape = maker.make(shaper, cache.of(type), source(takes, type, place));
        return new Shown(name, takes.list(), shape);
    }

    private static Source source(Takes takes, Type type, Place place) {
        return switch (place) {
            case Place.Memory(var address) -> MemorySource.of(takes, address, type.size());
            case Place.Words(var parts) -> new WordSource(takes, parts, 0);
            case Place.Nowhere _ -> new WordSource(takes, List.of(), 0);
        };
    }

    private static int depth(int asked) {
        return Math.clamp(asked, 0, MAX_DEPTH);
    }
}
