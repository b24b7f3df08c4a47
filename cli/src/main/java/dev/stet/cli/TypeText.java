package dev.stet.cli;

import dev.stet.agent.json.Json;
import dev.stet.agent.json.SafeText;
import dev.stet.binary.BinaryException;
import dev.stet.binary.Location;
import dev.stet.binary.Type;
import dev.stet.binary.TypeRef;
import java.util.List;
import java.util.stream.Collectors;

/// Types and places as a person writes them.
final class TypeText {
    /// A type that needs more words than this is cut: `char ********...`.
    private static final int MAX_DEPTH = 12;

    private TypeText() {}

    /// A type's name, or what it is made of if it has none.
    static String of(TypeRef type) {
        return SafeText.plain(of(type, 0));
    }

    private static String of(TypeRef ref, int depth) {
        if (depth > MAX_DEPTH) {
            return "...";
        }
        try {
            return of(ref.type(), depth);
        } catch (BinaryException e) {
            return "<" + e.getMessage() + ">";
        }
    }

    private static String of(Type type, int depth) {
        boolean unqualified =
                !(type instanceof Type.Alias alias) || alias.qualifier().isEmpty();
        if (!type.name().isEmpty() && unqualified) {
            return type.name();
        }
        return switch (type) {
            case Type.Alias alias -> (alias.qualifier() + " " + of(alias.target(), depth + 1)).strip();
            case Type.Pointer pointer -> pointer(pointer, depth);
            case Type.Array array ->
                of(array.element(), depth + 1) + "[" + (array.count() < 0 ? "" : array.count()) + "]";
            case Type.Callable callable ->
                list(callable.results(), depth) + " (" + list(callable.parameters(), depth) + ")";
            case Type.Composite composite -> Json.lower(composite.kind()) + " {...}";
            case Type.Enumeration _ -> "enum {...}";
            case Type.Variants _ -> "enum {...}";
            case Type.Base base -> Json.lower(base.encoding()) + " of " + base.size() + " bytes";
            case Type.Nothing _ -> "void";
            case Type.Opaque opaque -> "<" + opaque.why() + ">";
        };
    }

    private static String pointer(Type.Pointer pointer, int depth) {
        String target = of(pointer.target(), depth + 1);
        String star = switch (pointer.kind()) {
            case POINTER, MAP, CHANNEL, FUNCTION -> "*";
            case REFERENCE -> "&";
            case RVALUE_REFERENCE -> "&&";
        };
        int parameters = target.indexOf(" (");
        if (parameters > 0 && target.endsWith(")")) {
            return target.substring(0, parameters) + " (" + star + ")" + target.substring(parameters + 1);
        }
        return target + (target.endsWith("*") ? "" : " ") + star;
    }

    private static String list(List<TypeRef> types, int depth) {
        return types.isEmpty()
                ? "void"
                : types.stream().map(type -> of(type, depth + 1)).collect(Collectors.joining(", "));
    }

    /// Where a value is.
    static String of(Location location) {
        return switch (location) {
            case Location.Register register -> register.name();
            case Location.Memory memory ->
                "[" + memory.base().name()
                        + (memory.offset() == 0 ? "" : (memory.offset() < 0 ? "" : "+") + memory.offset()) + "]";
            case Location.Indirect indirect -> "at the address in " + of(indirect.pointer());
            case Location.Pieces pieces ->
                pieces.pieces().stream().map(piece -> of(piece.location())).collect(Collectors.joining(", "));
            case Location.Constant constant -> "always " + constant.value();
            case Location.Absent absent -> SafeText.plain(absent.why());
            case Location.Unknown unknown -> "unknown: " + SafeText.plain(unknown.why());
        };
    }
}
