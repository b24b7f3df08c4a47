package dev.stet.probe.resolve;

import dev.stet.binary.Type;
import java.util.Optional;
import java.util.function.BiPredicate;

/// Looks for a member of a library's type by name, however deep it lies in base classes and wrappers. What is
/// behind pointers is not inside.
final class Inside {
    private static final int MAX_DEPTH = 8;

    /// Members to look at.
    private static final int MAX_MEMBERS = 256;

    private final BiPredicate<Type.Field, Type> wanted;
    private int seen;

    private Inside(BiPredicate<Type.Field, Type> wanted) {
        this.wanted = wanted;
    }

    /// @param offset from the beginning of the whole, in bytes
    /// @param type without other names
    record Member(long offset, Type type) {}

    /// The member of this name.
    static Optional<Member> named(Type whole, String name) {
        return new Inside((field, _) -> field.name().equals(name)).find(whole, 0, 0);
    }

    /// The first member that is a pointer.
    static Optional<Member> pointer(Type whole) {
        return new Inside((_, type) -> type instanceof Type.Pointer).find(whole, 0, 0);
    }

    private Optional<Member> find(Type type, long at, int depth) {
        if (!(type instanceof Type.Composite composite) || depth == MAX_DEPTH) {
            return Optional.empty();
        }
        for (Type.Field field : composite.fields()) {
            if (++seen > MAX_MEMBERS) {
                return Optional.empty();
            }
            Type inner = TypeReader.bare(field.type());
            if (!FieldShapes.isPlaced(field)) {
                continue;
            }
            Optional<Member> found = wanted.test(field, inner)
                    ? Optional.of(new Member(at + field.offset(), inner))
                    : find(inner, at + field.offset(), depth + 1);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }
}
