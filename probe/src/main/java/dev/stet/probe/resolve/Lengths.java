package dev.stet.probe.resolve;

import dev.stet.binary.Type;
import dev.stet.probe.compile.Word;
import dev.stet.probe.compile.Word.Operator;
import java.util.Optional;

/// Lengths and texts of values, as words for a program to compute with.
final class Lengths {
    /// References to references.
    private static final int MAX_HOPS = 4;

    private final TypeNames names;

    private Lengths(TypeNames names) {
        this.names = names;
    }

    /// @param type without other names
    /// @return empty if the value has no length
    static Optional<Word> of(Type type, Source source, TypeNames names) {
        return new Lengths(names).length(type, source, MAX_HOPS);
    }

    /// @param type without other names
    /// @return empty if the value is no text
    static Optional<Stretch> text(Type type, Source source, TypeNames names) {
        return new Lengths(names).text(type, source, MAX_HOPS);
    }

    private Optional<Word> length(Type type, Source source, int hops) {
        return switch (type) {
            case Type.Array array -> array.count() < 0 ? Optional.empty() : Optional.of(Word.of(array.count()));
            case Type.Pointer pointer -> pointer(pointer, source, hops);
            case Type.Composite composite ->
                said(composite, source)
                        .or(() -> Library.recognise(composite, source, names).flatMap(it -> of(it, source)));
            case Type.Opaque opaque -> CppTypes.declared(opaque, source).flatMap(it -> of(it, source));
            case Type.Alias _, Type.Base _, Type.Callable _, Type.Enumeration _, Type.Nothing _, Type.Variants _ ->
                Optional.empty();
        };
    }

    /// Slices and Rust's vectors have a number for it, whatever the size of an item.
    private static Optional<Word> said(Type.Composite type, Source source) {
        boolean counts = type.kind() == Type.Composite.Kind.SLICE || type.name().startsWith("Vec<");
        Optional<Inside.Member> length =
                counts ? Inside.named(type, "len").or(() -> Inside.named(type, "length")) : Optional.empty();
        return length.flatMap(it -> source.word(it.offset(), 8));
    }

    private Optional<Word> pointer(Type.Pointer pointer, Source source, int hops) {
        Optional<Word> address = source.word(0, 8);
        return switch (pointer.kind()) {
            // A nil map has no items.
            case MAP, CHANNEL -> address.map(it -> new Word.Choice(it, it.load(), Word.of(0)));
            case REFERENCE, RVALUE_REFERENCE -> behind(pointer, address, hops);
            case POINTER -> Shaper.isReference(pointer) ? behind(pointer, address, hops) : Optional.empty();
            case FUNCTION -> Optional.empty();
        };
    }

    private Optional<Word> behind(Type.Pointer pointer, Optional<Word> address, int hops) {
        return hops == 0
                ? Optional.empty()
                : address.flatMap(it -> length(TypeReader.bare(pointer.target()), memory(it), hops - 1));
    }

    private static Source memory(Word address) {
        return MemorySource.of(new Takes(), address, 0);
    }

    private static Optional<Word> of(Known known, Source source) {
        return switch (known) {
            case Known.Text(var stretch) -> stretch.length();
            case Known.Row(var ignored, var bytes, var element) ->
                element.size() > 0
                        ? Optional.of(bytes.calculate(Operator.DIVIDE_UNSIGNED, Word.of(element.size())))
                        : Optional.empty();
            case Known.Counted(var offset) -> source.word(offset, 8);
            case Known.Address _, Known.Maybe _, Known.Span _ -> Optional.empty();
        };
    }

    private Optional<Stretch> text(Type type, Source source, int hops) {
        return switch (type) {
            case Type.Array array ->
                TypeReader.isPlainCharacter(TypeReader.bare(array.element()))
                        ? source.address().map(it -> new Stretch(it, Optional.empty()))
                        : Optional.empty();
            case Type.Pointer pointer -> textBehind(pointer, source, hops);
            case Type.Composite composite ->
                Library.recognise(composite, source, names).flatMap(Lengths::text);
            case Type.Opaque opaque -> CppTypes.declared(opaque, source).flatMap(Lengths::text);
            case Type.Alias _, Type.Base _, Type.Callable _, Type.Enumeration _, Type.Nothing _, Type.Variants _ ->
                Optional.empty();
        };
    }

    private Optional<Stretch> textBehind(Type.Pointer pointer, Source source, int hops) {
        Optional<Word> address = source.word(0, 8);
        boolean reference = switch (pointer.kind()) {
            case REFERENCE, RVALUE_REFERENCE -> true;
            case POINTER -> Shaper.isReference(pointer);
            case MAP, CHANNEL, FUNCTION -> false;
        };
        if (reference) {
            return hops == 0
                    ? Optional.empty()
                    : address.flatMap(it -> text(TypeReader.bare(pointer.target()), memory(it), hops - 1));
        }
        return TypeReader.isCharacter(pointer.target())
                ? address.map(it -> new Stretch(it, Optional.empty()))
                : Optional.empty();
    }

    private static Optional<Stretch> text(Known known) {
        return switch (known) {
            case Known.Text(var stretch) -> Optional.of(stretch);
            case Known.Row(var address, var bytes, var element) ->
                isText(TypeReader.bare(element)) ? Optional.of(new Stretch(address, bytes)) : Optional.empty();
            case Known.Address _, Known.Counted _, Known.Maybe _, Known.Span _ -> Optional.empty();
        };
    }

    private static boolean isText(Type bare) {
        return TypeReader.isByte(bare) || TypeReader.isPlainCharacter(bare);
    }
}
