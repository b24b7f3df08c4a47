package dev.stet.probe.resolve;

import dev.stet.binary.Type;
import dev.stet.probe.Probe;
import dev.stet.probe.compile.Take;
import dev.stet.probe.compile.Word;
import java.util.Optional;

/// Turns a value of known type into what is taken of it and how that is read. For one capture.
final class Shaper {
    static final Shape TOO_MUCH = new Shape.Withheld("one capture takes no more");

    /// Values in values, whatever they are.
    private static final int MAX_NESTING = 24;

    /// Values in all.
    private static final int MAX_VALUES = 1024;

    private final Takes takes;
    private final Probe.Limits limits;
    private final TypeNames names;
    private final Rows rows;
    private final FieldShapes fields;
    private final GoShapes go;
    private int nesting;
    private int values;

    Shaper(Takes takes, Probe.Limits limits, TypeNames names) {
        this.takes = takes;
        this.limits = limits;
        this.names = names;
        this.rows = new Rows(this, takes, limits);
        this.fields = new FieldShapes(this);
        this.go = new GoShapes(takes, limits);
    }

    static Shape tooDeep() {
        return new Shape.Withheld("too deep");
    }

    /// @param depth structures that may still be shown in each other
    Shape shape(Type type, Source source, int depth) {
        if (nesting == MAX_NESTING || values == MAX_VALUES) {
            return tooDeep();
        }
        values++;
        nesting++;
        Shape shape = known(type, source, depth);
        nesting--;
        return shape;
    }

    private Shape known(Type type, Source source, int depth) {
        return switch (TypeReader.bare(type)) {
            case Type.Base base -> NumberShapes.base(base, source);
            case Type.Enumeration enumeration -> NumberShapes.enumeration(enumeration, source);
            case Type.Pointer pointer -> pointer(pointer, source, depth);
            case Type.Composite composite -> composite(name(type, composite), composite, source, depth);
            case Type.Variants variants -> fields.variants(variants, source, depth);
            case Type.Array array -> rows.array(array, source, depth);
            case Type.Opaque opaque ->
                CppTypes.declared(opaque, source)
                        .map(it -> known(it, source, depth))
                        .orElseGet(() -> new Shape.Missing(opaque.why()));
            case Type.Alias _, Type.Callable _, Type.Nothing _ -> new Shape.Missing("no value");
        };
    }

    /// `typedef struct {...} conn` has no name but that.
    private static String name(Type type, Type.Composite bare) {
        boolean alias = bare.name().isEmpty()
                && type instanceof Type.Alias it
                && it.qualifier().isEmpty();
        return alias ? type.name() : bare.name();
    }

    private Shape pointer(Type.Pointer pointer, Source source, int depth) {
        return switch (pointer.kind()) {
            case POINTER -> isReference(pointer) ? behind(pointer, source, depth) : plain(pointer, source);
            case REFERENCE, RVALUE_REFERENCE -> behind(pointer, source, depth);
            case MAP, CHANNEL -> go.counted(source);
            case FUNCTION -> NumberShapes.number(source, 8, Shape.Kind.ADDRESS);
        };
    }

    /// Rust's are pointers with a name.
    static boolean isReference(Type.Pointer pointer) {
        return pointer.name().startsWith("&");
    }

    private Shape plain(Type.Pointer pointer, Source source) {
        Optional<Word> word = source.word(0, 8);
        if (!TypeReader.isCharacter(pointer.target()) || word.isEmpty() || !takes.hasRoom(2)) {
            return NumberShapes.number(source, 8, Shape.Kind.ADDRESS);
        }
        Optional<Shape.Bits> bits = source.bits(0, 8);
        Shape text = text(new Stretch(word.get(), Optional.empty()));
        return bits.isPresent() ? new Shape.Behind(bits.get(), text) : new Shape.Missing(source.absence());
    }

    /// What a pointer points to.
    Shape behind(Type.Pointer pointer, Source source, int depth) {
        Type target = TypeReader.read(pointer.target());
        boolean unknown = switch (TypeReader.bare(target)) {
            case Type.Nothing _, Type.Callable _ -> true;
            case Type.Opaque opaque -> !CppTypes.isDeclaredString(opaque);
            case Type.Alias _,
                    Type.Array _,
                    Type.Base _,
                    Type.Composite _,
                    Type.Enumeration _,
                    Type.Pointer _,
                    Type.Variants _ -> false;
        };
        Optional<Word> word = source.word(0, 8);
        if (unknown || word.isEmpty() || !takes.hasRoom(1)) {
            return NumberShapes.number(source, 8, Shape.Kind.ADDRESS);
        }
        return shape(target, MemorySource.of(takes, word.get(), target.size()), depth);
    }

    private Shape text(Stretch text) {
        if (!takes.hasRoom(1)) {
            return TOO_MUCH;
        }
        return new Shape.Text(takes.add(
                text.length().isPresent()
                        ? new Take.Block(text.address(), text.length().get(), limits.textBytes())
                        : new Take.Text(text.address(), limits.textBytes())));
    }

    private Shape composite(String name, Type.Composite type, Source source, int depth) {
        return switch (type.kind()) {
            case INTERFACE -> go.dynamicValue(type, source);
            case STRING, SLICE, STRUCT, CLASS, UNION, TUPLE -> {
                if (name.equals("time.Time") && type.size() == 24) {
                    yield GoShapes.time(source);
                }
                Optional<Known> known = Library.recognise(type, source, names);
                if (known.isPresent()) {
                    yield known(known.get(), source, depth);
                }
                yield type.fields().isEmpty() || depth > 0 ? fields.fields(name, type, source, depth - 1) : tooDeep();
            }
        };
    }

    private Shape known(Known known, Source source, int depth) {
        return switch (known) {
            case Known.Text(var stretch) -> text(stretch);
            case Known.Row(var address, var bytes, var element) -> rows.elsewhere(address, bytes, element, depth);
            case Known.Counted(var offset) ->
                source.bits(offset, 8)
                        .<Shape>map(it -> new Shape.Items(java.util.List.of(), new Shape.Count.Told(it)))
                        .orElseGet(() -> new Shape.Missing(source.absence()));
            case Known.Address(var offset) -> NumberShapes.number(source.from(offset), 8, Shape.Kind.ADDRESS);
            case Known.Maybe(var flag, var value) ->
                source.bits(flag, 1)
                        .<Shape>map(it -> new Shape.Behind(it, shape(value.type(), source.from(value.offset()), depth)))
                        .orElseGet(() -> new Shape.Missing(source.absence()));
            case Known.Span(var seconds, var nanos) -> span(source, seconds, nanos);
        };
    }

    private static Shape span(Source source, long seconds, long nanos) {
        Optional<Shape.Bits> whole = source.bits(seconds, 8);
        Optional<Shape.Bits> rest = source.bits(nanos, 4);
        return whole.isPresent() && rest.isPresent()
                ? new Shape.Span(whole.get(), rest.get())
                : new Shape.Missing(source.absence());
    }
}
