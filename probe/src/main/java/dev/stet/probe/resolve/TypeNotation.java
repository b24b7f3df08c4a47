package dev.stet.probe.resolve;

import dev.stet.binary.Type;
import dev.stet.probe.ExpressionException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Types as people write them: `struct conn *`, `*net/http.Request`, `unsigned long`, `&mut Order`.
final class TypeNotation {
    /// Stars.
    private static final int MAX_POINTERS = 8;

    private static final List<String> PREFIXES = List.of(
            "const ", "volatile ", "struct ", "class ", "union ", "enum ", "*const ", "*mut ", "&mut ", "*", "&");
    private static final List<String> SUFFIXES = List.of("*", "&", " const", " volatile", "*const", "*restrict");

    /// Numbers that debug information spells otherwise, or need not describe.
    private static final Map<String, Type> NUMBERS = numbers();

    private static final Type WORD = number("word", 8, Type.Encoding.OTHER);

    private TypeNotation() {}

    static Type parse(String text, TypeNames names, boolean go, Spot spot) throws ExpressionException {
        String rest = text.strip().replaceAll("\\s+", " ");
        // Rust's `&str` and `&[u8]` are types of their own.
        Optional<Type> whole = rest.startsWith("&") ? names.named(rest).map(TypeReader::read) : Optional.empty();
        if (whole.isPresent()) {
            return whole.get();
        }
        int pointers = 0;
        for (Optional<Cut> cut = cut(rest); cut.isPresent(); cut = cut(rest)) {
            pointers += cut.get().pointer() ? 1 : 0;
            rest = cut.get().rest();
        }
        if (pointers > MAX_POINTERS) {
            throw spot.error("a pointer to a pointer to a pointer: more than " + MAX_POINTERS);
        }
        Type type = named(rest, names, go, spot);
        for (int i = 0; i < pointers; i++) {
            Type target = type;
            type = new Type.Pointer("", 8, Type.Pointer.Kind.POINTER, () -> target);
        }
        return type;
    }

    /// A type without a star or a word that is no name.
    private record Cut(String rest, boolean pointer) {}

    private static Optional<Cut> cut(String text) {
        for (String prefix : PREFIXES) {
            if (text.startsWith(prefix)) {
                return Optional.of(new Cut(text.substring(prefix.length()).strip(), isPointer(prefix)));
            }
        }
        for (String suffix : SUFFIXES) {
            if (text.endsWith(suffix)) {
                String rest = text.substring(0, text.length() - suffix.length());
                return Optional.of(new Cut(rest.strip(), isPointer(suffix)));
            }
        }
        return Optional.empty();
    }

    private static boolean isPointer(String cut) {
        return cut.indexOf('*') >= 0 || cut.indexOf('&') >= 0;
    }

    private static Type named(String name, TypeNames names, boolean go, Spot spot) throws ExpressionException {
        if (name.isEmpty()) {
            throw spot.error("a type has a name");
        }
        Optional<Type> own = names.named(name).map(TypeReader::read);
        if (own.isPresent()) {
            return own.get();
        }
        Type number = go ? goType(name) : NUMBERS.get(name);
        if (number == null) {
            throw spot.error("no type '" + name + "' is described in this program");
        }
        return number;
    }

    private static Type goType(String name) {
        return switch (name) {
            case "int" -> number(name, 8, Type.Encoding.SIGNED);
            case "uint" -> number(name, 8, Type.Encoding.UNSIGNED);
            case "time.Duration" -> number(name, 8, Type.Encoding.SIGNED);
            case "string" -> pair(name, Type.Composite.Kind.STRING, "str", "len");
            case "error" -> pair(name, Type.Composite.Kind.INTERFACE, "tab", "data");
            default -> NUMBERS.get(name);
        };
    }

    private static Type pair(String name, Type.Composite.Kind kind, String first, String second) {
        return new Type.Composite(
                name, 16, kind, List.of(new Type.Field(first, () -> WORD, 0), new Type.Field(second, () -> WORD, 8)));
    }

    private static Type number(String name, int size, Type.Encoding encoding) {
        return new Type.Base(name, size, encoding);
    }

    private static Map<String, Type> numbers() {
        Map<String, Type> all = new java.util.HashMap<>();
        add(all, 1, Type.Encoding.CHARACTER, "char", "signed char", "unsigned char");
        add(all, 1, Type.Encoding.BOOLEAN, "bool", "_Bool");
        add(all, 1, Type.Encoding.SIGNED, "int8", "int8_t", "i8");
        add(all, 1, Type.Encoding.UNSIGNED, "uint8", "uint8_t", "u8", "byte");
        add(all, 2, Type.Encoding.SIGNED, "int16", "int16_t", "i16", "short");
        add(all, 2, Type.Encoding.UNSIGNED, "uint16", "uint16_t", "u16", "unsigned short");
        add(all, 4, Type.Encoding.SIGNED, "int32", "int32_t", "i32", "int");
        add(all, 4, Type.Encoding.UNSIGNED, "uint32", "uint32_t", "u32", "unsigned", "unsigned int");
        add(all, 4, Type.Encoding.UTF, "rune", "char32_t");
        add(all, 8, Type.Encoding.SIGNED, "int64", "int64_t", "i64", "isize", "long", "long long", "ssize_t");
        add(all, 8, Type.Encoding.UNSIGNED, "uint64", "uint64_t", "u64", "usize", "size_t", "uintptr", "unsigned long");
        add(all, 8, Type.Encoding.UNSIGNED, "unsigned long long", "uintptr_t");
        add(all, 4, Type.Encoding.FLOAT, "float", "float32", "f32");
        add(all, 8, Type.Encoding.FLOAT, "double", "float64", "f64");
        all.put("void", new Type.Nothing());
        return Map.copyOf(all);
    }

    private static void add(Map<String, Type> all, int size, Type.Encoding encoding, String... names) {
        for (String name : names) {
            all.put(name, number(name, size, encoding));
        }
    }
}
