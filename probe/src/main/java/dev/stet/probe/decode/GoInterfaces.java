package dev.stet.probe.decode;

import dev.stet.binary.BinaryException;
import dev.stet.binary.Type;
import dev.stet.probe.Value;
import dev.stet.probe.resolve.Shape;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// What Go's interfaces hold.
final class GoInterfaces {
    /// Errors that begin with their whole text, by address.
    private static final Set<String> TEXTS =
            Set.of("*errors.errorString", "*fmt.wrapError", "*fmt.wrapErrors", "*fmt.fmtError");

    /// Errors that begin with two strings and an error.
    private static final Set<String> TWO_TEXTS =
            Set.of("*io/fs.PathError", "*os.PathError", "*net/url.Error", "*strconv.NumError");

    private static final String OP_ERROR = "*net.OpError";

    private final TakenBytes bytes;
    private final GoTypes types;

    GoInterfaces(TakenBytes bytes, GoTypes types) {
        this.bytes = bytes;
        this.types = types;
    }

    Value typeName(Shape.GoType shape) {
        return dynamic(shape.type(), (type, address) -> new Value.Dynamic(name(type, address), Optional.empty()));
    }

    Value value(Shape.GoInterface shape) {
        return dynamic(
                shape.type(),
                (type, address) -> new Value.Dynamic(name(type, address), type.flatMap(it -> held(it, shape))));
    }

    Value error(Shape.GoError shape) {
        return dynamic(
                shape.outer().type(),
                (type, address) -> new Value.Dynamic(
                        name(type, address),
                        type.flatMap(it -> errorText(it, shape).or(() -> held(it, shape.outer())))));
    }

    private interface Named {
        Value of(Optional<Type> type, long address);
    }

    private Value dynamic(Shape.Bits type, Named value) {
        OptionalLong address = bytes.bits(type);
        if (address.isEmpty()) {
            return new Value.Unreadable();
        }
        return address.getAsLong() == 0
                ? new Value.Nil()
                : value.of(types.at(address.getAsLong()), address.getAsLong());
    }

    private static String name(Optional<Type> type, long address) {
        return type.map(Type::name).filter(it -> !it.isEmpty()).orElse("type at 0x" + Long.toHexString(address));
    }

    /// The value itself, where its type says how to read the few bytes of it that were taken.
    private Optional<Value> held(Type type, Shape.GoInterface shape) {
        return switch (bare(type)) {
            case Type.Base base -> {
                if (base.size() < 1 || base.size() > 8) {
                    yield Optional.empty();
                }
                Optional<TakenBytes.Region> head = bytes.region(shape.head());
                OptionalLong bits =
                        head.isPresent() ? TakenBytes.bits(head.get(), 0, (int) base.size()) : OptionalLong.empty();
                yield Optional.of(bits.isPresent() ? number(base, bits.getAsLong()) : new Value.Unreadable());
            }
            case Type.Composite composite ->
                composite.kind() == Type.Composite.Kind.STRING ? Optional.of(text(shape.text())) : Optional.empty();
            // What is one pointer is the interface's second word itself.
            case Type.Pointer _ -> Optional.of(pointer(shape.data()));
            case Type.Alias _,
                    Type.Array _,
                    Type.Callable _,
                    Type.Enumeration _,
                    Type.Nothing _,
                    Type.Opaque _,
                    Type.Variants _ -> Optional.empty();
        };
    }

    private static Type bare(Type type) {
        if (!(type instanceof Type.Alias alias)) {
            return type;
        }
        try {
            return alias.target().type();
        } catch (BinaryException broken) {
            return new Type.Nothing();
        }
    }

    private static Value number(Type.Base type, long bits) {
        int width = (int) (8 * type.size());
        return switch (type.encoding()) {
            case BOOLEAN -> Numbers.value(bits, width, Shape.Kind.TRUTH);
            case SIGNED ->
                Numbers.value(
                        bits, width, type.name().equals("time.Duration") ? Shape.Kind.DURATION : Shape.Kind.SIGNED);
            case UNSIGNED ->
                type.name().equals("syscall.Errno")
                        ? Errno.value(bits)
                        : Numbers.value(bits, width, Shape.Kind.UNSIGNED);
            case FLOAT -> Numbers.value(bits, width, Shape.Kind.REAL);
            case CHARACTER, COMPLEX, OTHER, UTF -> Numbers.value(bits, width, Shape.Kind.WORD);
        };
    }

    private Value pointer(Shape.Bits data) {
        OptionalLong address = bytes.bits(data);
        return address.isPresent()
                ? Numbers.value(address.getAsLong(), 64, Shape.Kind.ADDRESS)
                : new Value.Unreadable();
    }

    private Value text(int take) {
        Optional<TakenBytes.Region> region = bytes.region(take);
        return region.<Value>map(Texts::whole).orElseGet(Value.Unreadable::new);
    }

    private Optional<Value> errorText(Type type, Shape.GoError shape) {
        String name = type.name();
        if (TEXTS.contains(name)) {
            return Optional.of(text(shape.outer().text()));
        }
        boolean two = TWO_TEXTS.contains(name);
        if (!two && !name.equals(OP_ERROR)) {
            return Optional.empty();
        }
        if (!(text(shape.outer().text()) instanceof Value.Text first)
                || !(text(shape.second()) instanceof Value.Text second)) {
            return Optional.of(new Value.Unreadable());
        }
        String what = HttpLines.withoutQuery(HttpLines.withoutUser(second.text())) + (second.cut() ? "..." : "");
        return Optional.of(Texts.of(first.text() + " " + what + (two ? cause(shape) : "")));
    }

    /// `: ENOENT`, or the type of the error behind it.
    private String cause(Shape.GoError shape) {
        OptionalLong address = bytes.bits(shape.cause());
        if (address.isEmpty() || address.getAsLong() == 0) {
            return "";
        }
        Optional<Type> type = types.at(address.getAsLong());
        OptionalLong value = bytes.bits(shape.causeValue());
        boolean errno = type.isPresent() && type.get().name().equals("syscall.Errno") && value.isPresent();
        return ": " + (errno ? Errno.name(value.getAsLong()) : name(type, address.getAsLong()));
    }
}
