package dev.stet.probe.resolve;

import dev.stet.binary.Type;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Shapes of what is one number.
final class NumberShapes {
    /// Names of an enumeration. Those of instruction sets have some thousand.
    private static final int MAX_NAMES = 4096;

    private NumberShapes() {}

    static Shape base(Type.Base type, Source source) {
        long size = type.size();
        if (type.encoding() == Type.Encoding.COMPLEX && (size == 8 || size == 16)) {
            return complex(type, source);
        }
        if (size == 0) {
            return new Shape.Fields(type.name(), List.of());
        }
        if (type.encoding() == Type.Encoding.FLOAT && size != 4 && size != 8) {
            return new Shape.Withheld("a floating-point number of " + size + " bytes");
        }
        return size > 8
                ? source.run(size)
                        .<Shape>map(it -> new Shape.BytesIn(it.take(), it.offset(), it.size(), size))
                        .orElseGet(() -> new Shape.Missing(source.absence()))
                : number(source, size, kind(type));
    }

    /// @param size in bytes
    static Shape number(Source source, long size, Shape.Kind kind) {
        if (size < 1 || size > 8) {
            return new Shape.Missing("a number of " + (size < 0 ? "unknown size" : size + " bytes"));
        }
        return source.bits(0, (int) size)
                .<Shape>map(it -> new Shape.Number(it, kind))
                .orElseGet(() -> new Shape.Missing(source.absence()));
    }

    private static Shape complex(Type.Base type, Source source) {
        long half = type.size() / 2;
        return new Shape.Fields(
                type.name(),
                List.of(
                        new Shape.Field("real", number(source, half, Shape.Kind.REAL)),
                        new Shape.Field("imag", number(source.from(half), half, Shape.Kind.REAL))));
    }

    static Shape.Kind kind(Type.Base type) {
        return switch (type.encoding()) {
            case BOOLEAN -> Shape.Kind.TRUTH;
            case SIGNED -> type.name().equals("time.Duration") ? Shape.Kind.DURATION : Shape.Kind.SIGNED;
            case UNSIGNED -> type.name().equals("uintptr") ? Shape.Kind.HEX : Shape.Kind.UNSIGNED;
            case FLOAT -> Shape.Kind.REAL;
            case CHARACTER -> character(type.name());
            case UTF -> Shape.Kind.CHARACTER;
            case COMPLEX, OTHER -> Shape.Kind.WORD;
        };
    }

    /// C's small numbers are characters by debug information, and plain ones by use.
    private static Shape.Kind character(String name) {
        if (name.startsWith("unsigned")) {
            return Shape.Kind.UNSIGNED;
        }
        return name.startsWith("signed") ? Shape.Kind.SIGNED : Shape.Kind.CHARACTER;
    }

    static Shape enumeration(Type.Enumeration type, Source source) {
        Shape.Kind kind = type.signed() ? Shape.Kind.SIGNED : Shape.Kind.UNSIGNED;
        return number(source, type.size(), kind) instanceof Shape.Number number
                ? new Shape.Enumeration(number, names(type))
                : new Shape.Missing(source.absence());
    }

    private static Map<Long, String> names(Type.Enumeration type) {
        Map<Long, String> names = new LinkedHashMap<>();
        for (Type.Constant each : type.constants()) {
            if (names.size() == MAX_NAMES) {
                break;
            }
            names.putIfAbsent(each.value(), each.name());
        }
        return names;
    }

    /// @param field a bit field of what `source` is
    static Shape bitField(Type.Field field, Source source) {
        int bytes = (field.bitOffset() + field.bits() + 7) / 8;
        Type type = TypeReader.bare(field.type());
        if (bytes > 8 || field.bits() > 64 || field.bitOffset() < 0 || field.bitOffset() > 64) {
            return new Shape.Missing("a bit field over " + bytes + " bytes");
        }
        Optional<Shape.Bits> bits = source.bits(field.offset(), bytes);
        if (bits.isEmpty()) {
            return new Shape.Missing(source.absence());
        }
        return switch (type) {
            case Type.Base base -> new Shape.Number(bits.get(), field.bitOffset(), field.bits(), kind(base));
            case Type.Enumeration names ->
                new Shape.Enumeration(
                        new Shape.Number(
                                bits.get(),
                                field.bitOffset(),
                                field.bits(),
                                names.signed() ? Shape.Kind.SIGNED : Shape.Kind.UNSIGNED),
                        names(names));
            case Type.Alias _,
                    Type.Array _,
                    Type.Callable _,
                    Type.Composite _,
                    Type.Nothing _,
                    Type.Opaque _,
                    Type.Pointer _,
                    Type.Variants _ ->
                new Shape.Number(bits.get(), field.bitOffset(), field.bits(), Shape.Kind.UNSIGNED);
        };
    }
}
