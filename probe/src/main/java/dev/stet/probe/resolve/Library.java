package dev.stet.probe.resolve;

import dev.stet.binary.Type;
import dev.stet.probe.compile.Word;
import java.util.Optional;

/// Types that mean something else than their fields say.
final class Library {
    private Library() {}

    static Optional<Known> recognise(Type.Composite type, Source source, TypeNames names) {
        return switch (type.kind()) {
            case STRING -> RustTypes.slice(type, source).or(() -> goString(source));
            case SLICE -> RustTypes.slice(type, source).or(() -> goSlice(type, source));
            case STRUCT, CLASS, TUPLE ->
                CppTypes.recognise(type, source).or(() -> RustTypes.recognise(type, source, names));
            case UNION, INTERFACE -> Optional.empty();
        };
    }

    private static Optional<Known> goString(Source source) {
        Optional<Word> address = source.word(0, 8);
        Optional<Word> length = source.word(8, 8);
        return address.isPresent() && length.isPresent()
                ? Optional.of(new Known.Text(new Stretch(address.get(), length.get())))
                : Optional.empty();
    }

    private static Optional<Known> goSlice(Type.Composite type, Source source) {
        Optional<Word> address = source.word(0, 8);
        Optional<Word> length = source.word(8, 8);
        boolean array = !type.fields().isEmpty()
                && TypeReader.bare(type.fields().getFirst().type()) instanceof Type.Pointer;
        if (address.isEmpty() || length.isEmpty() || !array) {
            return Optional.empty();
        }
        Type.Pointer pointer =
                (Type.Pointer) TypeReader.bare(type.fields().getFirst().type());
        Type element = TypeReader.read(pointer.target());
        return Optional.of(new Known.Row(address.get(), Rows.bytes(length.get(), element.size()), element));
    }
}
