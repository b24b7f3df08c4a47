package dev.stet.probe.resolve;

import dev.stet.binary.Type;

/// Names of types, for messages.
final class TypeText {
    /// Names within each other.
    private static final int MAX_DEPTH = 8;

    private TypeText() {}

    static String of(Type type) {
        return of(type, MAX_DEPTH);
    }

    private static String of(Type type, int depth) {
        return switch (type) {
            case Type.Pointer pointer ->
                pointer.name().isEmpty() && depth > 0
                        ? of(TypeReader.read(pointer.target()), depth - 1) + " *"
                        : named(pointer.name(), "pointer");
            case Type.Alias alias ->
                alias.qualifier().isEmpty() || depth == 0
                        ? named(alias.name(), "value")
                        : alias.qualifier() + " " + of(TypeReader.read(alias.target()), depth - 1);
            case Type.Array array ->
                array.name().isEmpty() && depth > 0
                        ? of(TypeReader.read(array.element()), depth - 1)
                                + (array.count() < 0 ? "[]" : "[" + array.count() + "]")
                        : named(array.name(), "array");
            case Type.Composite composite -> composite(composite);
            case Type.Enumeration it -> "enum " + named(it.name(), "without a name");
            case Type.Base _, Type.Variants _, Type.Callable _, Type.Nothing _, Type.Opaque _ ->
                named(type.name(), "value");
        };
    }

    private static String named(String name, String otherwise) {
        return name.isEmpty() ? otherwise : name;
    }

    private static String composite(Type.Composite type) {
        String kind = switch (type.kind()) {
            case STRUCT -> "struct ";
            case CLASS -> "class ";
            case UNION -> "union ";
            case TUPLE, STRING, SLICE, INTERFACE -> "";
        };
        return kind + named(type.name(), "without a name");
    }
}
