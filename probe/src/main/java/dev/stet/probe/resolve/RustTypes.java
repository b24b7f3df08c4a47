package dev.stet.probe.resolve;

import dev.stet.binary.Type;
import dev.stet.probe.compile.Word;
import java.util.Map;
import java.util.Optional;

/// Types of Rust's library, by the names of their fields, which have stayed since Rust 1.40.
final class RustTypes {
    /// Numbers of Rust by name. Other languages in the same program may have a `char` of their own.
    private static final Map<String, Type.Base> NUMBERS = Map.ofEntries(
            number("u8", 1, Type.Encoding.UNSIGNED),
            number("u16", 2, Type.Encoding.UNSIGNED),
            number("u32", 4, Type.Encoding.UNSIGNED),
            number("u64", 8, Type.Encoding.UNSIGNED),
            number("u128", 16, Type.Encoding.UNSIGNED),
            number("usize", 8, Type.Encoding.UNSIGNED),
            number("i8", 1, Type.Encoding.SIGNED),
            number("i16", 2, Type.Encoding.SIGNED),
            number("i32", 4, Type.Encoding.SIGNED),
            number("i64", 8, Type.Encoding.SIGNED),
            number("i128", 16, Type.Encoding.SIGNED),
            number("isize", 8, Type.Encoding.SIGNED),
            number("f32", 4, Type.Encoding.FLOAT),
            number("f64", 8, Type.Encoding.FLOAT),
            number("bool", 1, Type.Encoding.BOOLEAN),
            number("char", 4, Type.Encoding.UTF));

    private static final Type BYTE = NUMBERS.get("u8");

    private RustTypes() {}

    private static Map.Entry<String, Type.Base> number(String name, long size, Type.Encoding encoding) {
        return Map.entry(name, new Type.Base(name, size, encoding));
    }

    static Optional<Known> recognise(Type.Composite type, Source source, TypeNames names) {
        String full = type.name();
        int end = full.indexOf('<');
        return switch (end < 0 ? full : full.substring(0, end)) {
            case "String", "PathBuf", "OsString" -> vector(type, source, 1).map(RustTypes::text);
            case "CString" -> terminated(type, source);
            case "Vec" -> vector(type, source, names);
            case "Rc", "Arc", "NonNull", "Unique", "Weak" ->
                Inside.pointer(type).map(it -> new Known.Address(it.offset()));
            case "HashMap", "HashSet" -> counted(type, "items");
            case "BTreeMap", "BTreeSet" -> counted(type, "length");
            case "Duration" -> span(type);
            default -> Optional.empty();
        };
    }

    /// An address and a length: `&str` and what is like it.
    static Optional<Known> slice(Type.Composite type, Source source) {
        Optional<Inside.Member> data = Inside.named(type, "data_ptr");
        if (data.isEmpty() || !(data.get().type() instanceof Type.Pointer pointer)) {
            return Optional.empty();
        }
        Optional<Word> address = source.word(data.get().offset(), 8);
        Optional<Word> length = source.word(8 - data.get().offset(), 8);
        if (address.isEmpty() || length.isEmpty()) {
            return Optional.empty();
        }
        if (type.kind() == Type.Composite.Kind.STRING || isTextBox(type.name())) {
            return Optional.of(new Known.Text(new Stretch(address.get(), length.get())));
        }
        Type element = TypeReader.read(pointer.target());
        return Optional.of(new Known.Row(address.get(), Rows.bytes(length.get(), element.size()), element));
    }

    /// `Box<str>`, `Rc<str>`: compilers describe them as slices of bytes.
    private static boolean isTextBox(String name) {
        return name.endsWith("<str>") || name.contains("<str, ");
    }

    private static Known text(Known.Row row) {
        return new Known.Text(new Stretch(row.address(), row.bytes()));
    }

    private static Optional<Known> counted(Type.Composite type, String member) {
        return Inside.named(type, member).filter(it -> it.type().size() == 8).map(it -> new Known.Counted(it.offset()));
    }

    private static Optional<Known> span(Type.Composite type) {
        Optional<Inside.Member> seconds = Inside.named(type, "secs");
        Optional<Inside.Member> nanos = Inside.named(type, "nanos");
        boolean there = seconds.filter(it -> it.type().size() == 8).isPresent()
                && nanos.filter(it -> it.type().size() == 4).isPresent();
        return there
                ? Optional.of(new Known.Span(seconds.get().offset(), nanos.get().offset()))
                : Optional.empty();
    }

    /// Its length counts the NUL.
    private static Optional<Known> terminated(Type.Composite type, Source source) {
        return Inside.named(type, "data_ptr")
                .flatMap(data -> source.word(data.offset(), 8))
                .map(address -> new Known.Text(new Stretch(address, Optional.empty())));
    }

    private static Optional<Known> vector(Type.Composite type, Source source, TypeNames names) {
        String item = firstArgument(type.name());
        Optional<Type> element = Optional.<Type>ofNullable(NUMBERS.get(item))
                .or(() -> pointee(type, item))
                .or(() -> names.named(item).map(TypeReader::read));
        // Without its type nothing is known of the items but how many they are.
        return element.isPresent()
                ? element.filter(it -> it.size() > 0).flatMap(it -> vector(type, source, it))
                : Inside.named(type, "len").map(it -> new Known.Counted(it.offset()));
    }

    private static Optional<Known> vector(Type.Composite type, Source source, Type element) {
        return vector(type, source, element.size()).map(row -> new Known.Row(row.address(), row.bytes(), element));
    }

    private static Optional<Known.Row> vector(Type.Composite type, Source source, long itemBytes) {
        Optional<Word> address = Inside.named(type, "pointer").flatMap(it -> source.word(it.offset(), 8));
        Optional<Word> length = Inside.named(type, "len").flatMap(it -> source.word(it.offset(), 8));
        return address.isPresent() && length.isPresent()
                ? Optional.of(new Known.Row(address.get(), Rows.bytes(length.get(), itemBytes), BYTE))
                : Optional.empty();
    }

    /// Compilers before Rust 1.82 say what a vector's pointer points to.
    private static Optional<Type> pointee(Type.Composite type, String item) {
        return Inside.pointer(type)
                .filter(it -> it.type() instanceof Type.Pointer)
                .map(it -> TypeReader.read(((Type.Pointer) it.type()).target()))
                .filter(it -> item.equals(it.name()) || item.endsWith("::" + it.name()));
    }

    /// `u8` of `Vec<u8, alloc::alloc::Global>`; empty if there is none.
    static String firstArgument(String name) {
        int begin = name.indexOf('<') + 1;
        int depth = 0;
        for (int at = begin; begin > 0 && at < name.length(); at++) {
            char c = name.charAt(at);
            boolean arrow = c == '>' && name.charAt(at - 1) == '-';
            if (depth == 0 && (c == ',' || c == '>') && !arrow) {
                return name.substring(begin, at);
            }
            if (c == '<' || c == '(' || c == '[') {
                depth++;
            } else if (!arrow && (c == '>' || c == ')' || c == ']')) {
                depth--;
            }
        }
        return "";
    }
}
