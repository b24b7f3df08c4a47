package dev.stet.probe.resolve;

import dev.stet.binary.Type;
import dev.stet.probe.compile.Word;
import dev.stet.probe.compile.Word.Operator;
import java.util.Optional;

/// Lengths and texts of values, as words for a program to compute with.
final class Lengths {
    private Lengths() {}

    /// @param type without other names
    static Optional<Word> of(Type type, Source source, TypeNames names) {
        return switch (type) {
            case Type.Array array -> array.count() < 0 ? Optional.empty() : Optional.of(Word.of(array.count()));
            case Type.Pointer pointer -> pointer(pointer, source, names);
            case Type.Composite composite ->
                Library.recognise(composite, source, names).flatMap(it -> of(it, source));
            case Type.Alias _, Type.Base _, Type.Callable _, Type.Enumeration _, Type.Nothing _, Type.Opaque _,
                    Type.Variants _ ->
                Optional.empty();
        };
    }

    private static Optional<Word> pointer(Type.Pointer pointer, Source source, TypeNames names) {
        Optional<Word> address = source.word(0, 8);
        return switch (pointer.kind()) {
            // A nil map has no items.
            case MAP, CHANNEL -> address.map(it -> new Word.Choice(it, it.load(), Word.of(0)));
            case REFERENCE, RVALUE_REFERENCE -> behind(pointer, address, names);
            case POINTER -> Shaper.isReference(pointer) ? behind(pointer, address, names) : Optional.empty();
            case FUNCTION -> Optional.empty();
        };
    }

    private static Optional<Word> behind(Type.Pointer pointer, Optional<Word> address, TypeNames names) {
        return address.flatMap(it -> of(TypeReader.bare(pointer.target()), memory(it), names));
    }

    private static Source memory(Word address) {
        return MemorySource.of(new Takes(), address, 0);
    }

    private static Optional<Word> of(Known known, Source source) {
        return switch (known) {
            case Known.Text(var stretch) -> stretch.length();
            case Known.Row(var ignored, var bytes, var element) -> Optional.of(
                    element.size() == 1
                            ? bytes
                            : bytes.calculate(Operator.DIVIDE_UNSIGNED, Word.of(element.size())));
            case Known.Counted(var offset) -> source.word(offset, 8);
            case Known.Address _, Known.Maybe _, Known.Span _ -> Optional.empty();
        };
    }

    /// @param type without other names
    static Optional<Stretch> text(Type type, Source source, TypeNames names) {
        return switch (type) {
            case Type.Array array ->
                TypeReader.isPlainCharacter(TypeReader.bare(array.element()))
                        ? source.address().map(it -> new Stretch(it, Optional.empty()))
                        : Optional.empty();
            case Type.Pointer pointer -> textBehind(pointer, source, names);
            case Type.Composite composite ->
                Library.recognise(composite, source, names).flatMap(Lengths::text);
            case Type.Alias _, Type.Base _, Type.Callable _, Type.Enumeration _, Type.Nothing _, Type.Opaque _,
                    Type.Variants _ ->
                Optional.empty();
        };
    }

    private static Optional<Stretch> textBehind(Type.Pointer pointer, Source source, TypeNames names) {
        Optional<Word> address = source.word(0, 8);
        boolean reference =
                switch (pointer.kind()) {
                    case REFERENCE, RVALUE_REFERENCE -> true;
                    case POINTER -> Shaper.isReference(pointer);
                    case MAP, CHANNEL, FUNCTION -> false;
                };
        if (reference) {
            return address.flatMap(it -> text(TypeReader.bare(pointer.target()), memory(it), names));
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
