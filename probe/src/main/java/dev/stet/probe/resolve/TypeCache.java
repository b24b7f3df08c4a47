package dev.stet.probe.resolve;

import dev.stet.binary.BinaryException;
import dev.stet.binary.Type;
import dev.stet.binary.TypeRef;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Types that were read for one capture, each once: a small file can describe types that lead to each other
/// a million times, and a type with thousands of members takes a while to read. For one thread.
final class TypeCache {
    /// Types to read. A structure with all that is in it to depth 8 has some hundred.
    private static final int MAX_TYPES = 4096;

    /// Members of all of them.
    private static final int MAX_MEMBERS = 1 << 17;

    private static final Type TOO_MANY = new Type.Opaque("", -1, "it leads to too many types");

    private final Map<TypeRef, Type> types = new HashMap<>();
    private int members;

    /// A reference that reads through the cache.
    private record Cached(TypeCache cache, TypeRef to) implements TypeRef {
        @Override
        public Type type() throws BinaryException {
            return cache.read(to);
        }

        @Override
        public String toString() {
            return to.toString();
        }
    }

    TypeRef of(TypeRef ref) {
        return new Cached(this, ref);
    }

    private Type read(TypeRef ref) throws BinaryException {
        Type known = types.get(ref);
        if (known != null) {
            return known;
        }
        if (types.size() == MAX_TYPES || members > MAX_MEMBERS) {
            return TOO_MANY;
        }
        Type read = of(ref.type());
        types.put(ref, read);
        return read;
    }

    /// The same type, whose references read through the cache.
    Type of(Type type) {
        return switch (type) {
            case Type.Base _, Type.Enumeration _, Type.Nothing _, Type.Opaque _ -> type;
            case Type.Pointer(var name, var size, var kind, var target) ->
                new Type.Pointer(name, size, kind, of(target));
            case Type.Composite(var name, var size, var kind, var fields) ->
                new Type.Composite(name, size, kind, fields(fields));
            case Type.Variants(var name, var size, var tag, var variants) ->
                new Type.Variants(name, size, tag.map(this::field), variants(variants));
            case Type.Array(var name, var size, var element, var count) ->
                new Type.Array(name, size, of(element), count);
            case Type.Alias(var name, var size, var qualifier, var target) ->
                new Type.Alias(name, size, qualifier, of(target));
            // Nobody looks into code.
            case Type.Callable _ -> type;
        };
    }

    private List<Type.Field> fields(List<Type.Field> fields) {
        members += fields.size();
        return fields.stream().map(this::field).toList();
    }

    private Type.Field field(Type.Field it) {
        return new Type.Field(it.name(), of(it.type()), it.offset(), it.bitOffset(), it.bits(), it.inherited());
    }

    private List<Type.Variant> variants(List<Type.Variant> variants) {
        members += variants.size();
        return variants.stream()
                .map(it -> new Type.Variant(it.name(), it.tag(), field(it.content())))
                .toList();
    }
}
