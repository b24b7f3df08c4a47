package dev.stet.probe.resolve;

import dev.stet.binary.Type;
import dev.stet.binary.TypeRef;
import dev.stet.probe.Expression;
import dev.stet.probe.compile.Take;
import dev.stet.probe.compile.Word;
import dev.stet.probe.compile.Word.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The functions and casts of the language: docs/expressions.md.
final class Functions {
    /// A first line of HTTP is longer seldom, and cut then.
    private static final int HTTP_BYTES = 512;
    private static final int MAX_STARS = 8;

    private final Evaluation evaluation;

    Functions(Evaluation evaluation) {
        this.evaluation = evaluation;
    }

    Meaning call(Expression.Call call) throws Mistake {
        Call in = new Call(call);
        return switch (call.function()) {
            case "int" -> number(in, 32, Shape.Kind.SIGNED, Meaning.Sign.SIGNED);
            case "uint" -> number(in, 32, Shape.Kind.UNSIGNED, Meaning.Sign.SIGNED);
            case "long" -> number(in, 64, Shape.Kind.SIGNED, Meaning.Sign.SIGNED);
            case "ulong" -> number(in, 64, Shape.Kind.UNSIGNED, Meaning.Sign.UNSIGNED);
            case "short" -> number(in, 16, Shape.Kind.SIGNED, Meaning.Sign.SIGNED);
            case "ushort" -> number(in, 16, Shape.Kind.UNSIGNED, Meaning.Sign.SIGNED);
            case "sbyte" -> number(in, 8, Shape.Kind.SIGNED, Meaning.Sign.SIGNED);
            case "byte" -> number(in, 8, Shape.Kind.UNSIGNED, Meaning.Sign.SIGNED);
            case "char" -> number(in, 8, Shape.Kind.CHARACTER, Meaning.Sign.SIGNED);
            case "hex" -> number(in, 64, Shape.Kind.HEX, Meaning.Sign.UNSIGNED);
            case "ptr" -> number(in, 64, Shape.Kind.ADDRESS, Meaning.Sign.UNSIGNED);
            case "bool" -> number(in, 8, Shape.Kind.TRUTH, Meaning.Sign.UNSIGNED);
            case "duration" -> number(in, 64, Shape.Kind.DURATION, Meaning.Sign.SIGNED);
            case "u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64" -> memory(in, call.function());
            case "f32" -> real(in, 4);
            case "f64" -> real(in, 8);
            case "str", "string" -> string(in);
            case "gostr" -> goString(in);
            case "text" -> content(in, true);
            case "bytes" -> content(in, false);
            case "stdstring" -> new Meaning.Content(Shapes.standardString(in.word()), in.max(), true);
            case "http" -> http(in);
            case "as" -> as(in);
            case "at" -> new Meaning.Value(in.type(1), new Place.Memory(in.word()));
            case "len" -> length(in);
            case "typeof" -> dynamicType(in);
            case "startswith" -> startsWith(in);
            case "fields" -> fields(in);
            case "min" -> extreme(in, true);
            case "max" -> extreme(in, false);
            default -> throw new Mistake(call.at(), "there is no function '" + call.function() + "'; docs/expressions.md lists them");
        };
    }

    /// The arguments of a call.
    private final class Call {
        private final Expression.Call call;
        private final List<Expression> positional = new ArrayList<>();

        Call(Expression.Call call) {
            this.call = call;
            call.arguments().stream().filter(each -> each.key().isEmpty()).forEach(each -> positional.add(each.value()));
        }

        Expression argument(int index) throws Mistake {
            if (index >= positional.size()) {
                throw new Mistake(call.at(), call.function() + "() needs " + (index + 1) + " values");
            }
            return positional.get(index);
        }

        Optional<Expression> named(String key) {
            return call.arguments().stream()
                    .filter(each -> each.key().equals(Optional.of(key)))
                    .map(Expression.Argument::value)
                    .findFirst();
        }

        Word word() throws Mistake {
            return evaluation.number(argument(0)).word();
        }

        Meaning meaning() throws Mistake {
            return evaluation.meaning(argument(0));
        }

        int max() throws Mistake {
            return (int) constant("max", evaluation.limits().textBytes(), 1, Take.MAX_BYTES);
        }

        long constant(String key, long otherwise, long least, long most) throws Mistake {
            Optional<Expression> given = named(key);
            if (given.isEmpty()) {
                return otherwise;
            }
            if (given.get() instanceof Expression.Number(long value, int at)) {
                if (value >= least && value <= most) {
                    return value;
                }
                throw new Mistake(at, key + " is from " + least + " to " + most);
            }
            throw new Mistake(given.get().at(), key + " must be a number");
        }

        String text(int index) throws Mistake {
            if (argument(index) instanceof Expression.Text(var text, int _)) {
                return text;
            }
            throw new Mistake(argument(index).at(), "expected text in quotes");
        }

        Type type(int index) throws Mistake {
            String name = text(index);
            return Functions.this
                    .type(name)
                    .orElseThrow(() -> new Mistake(call.at(), "no type '" + name + "' in this binary"));
        }
    }

    private Meaning number(Call in, int width, Shape.Kind kind, Meaning.Sign sign) throws Mistake {
        return new Meaning.Number(in.word(), width, kind, sign);
    }

    private Meaning memory(Call in, String function) throws Mistake {
        int bits = Integer.parseInt(function.substring(1));
        boolean signed = function.charAt(0) == 'i';
        Word word = in.word().load(bits / 8, signed);
        if (bits == 64 && !signed) {
            return Meaning.Number.untyped(word);
        }
        return new Meaning.Number(word, 64, signed ? Shape.Kind.SIGNED : Shape.Kind.UNSIGNED, Meaning.Sign.SIGNED);
    }

    private Meaning real(Call in, int bytes) throws Mistake {
        Take take = new Take.Number(in.word().load(bytes, false));
        return new Meaning.Ready(
                new Shown("", List.of(take), new Shape.Number(new Shape.Bits(0, 0, bytes), Shape.Kind.REAL)));
    }

    private Meaning string(Call in) throws Mistake {
        Meaning inner = in.meaning();
        if (inner instanceof Meaning.Value(var type, var place)) {
            if (place instanceof Place.Nowhere) {
                return inner;
            }
            Optional<Stretch> known = evaluation.shapes().text(type, place);
            if (known.isPresent()) {
                return new Meaning.Content(known.get(), in.max(), true);
            }
        }
        if (inner instanceof Meaning.Content(var stretch, int _, var _)) {
            return new Meaning.Content(stretch, in.max(), true);
        }
        if (evaluation.scope().isGo()
                && inner instanceof Meaning.Number
                && in.argument(0) instanceof Expression.Name(var name, int at)) {
            Optional<List<Word>> words = evaluation.scope().wordsFrom(name, 2, at);
            if (words.isPresent()) {
                return new Meaning.Content(new Stretch(words.get().get(0), words.get().get(1)), in.max(), true);
            }
        }
        return new Meaning.Content(new Stretch(in.word(), Optional.empty()), in.max(), true);
    }

    private Meaning goString(Call in) throws Mistake {
        Word header = in.word();
        return new Meaning.Content(new Stretch(header.load(), header.plus(8).load()), in.max(), true);
    }

    private Meaning content(Call in, boolean isText) throws Mistake {
        Optional<Expression> length = in.named("len");
        if (length.isPresent()) {
            Word bytes = evaluation.number(length.get()).word();
            return new Meaning.Content(new Stretch(in.word(), bytes), in.max(), isText);
        }
        Meaning inner = in.meaning();
        if (inner instanceof Meaning.Number) {
            throw new Mistake(in.argument(0).at(), "how many bytes? len=... says it");
        }
        return new Meaning.Content(evaluation.stretch(inner, in.argument(0).at()), in.max(), isText);
    }

    private Meaning http(Call in) throws Mistake {
        Optional<Expression> length = in.named("len");
        Stretch stretch = length.isPresent()
                ? new Stretch(in.word(), evaluation.number(length.get()).word())
                : evaluation.stretch(in.meaning(), in.argument(0).at());
        int at = in.argument(0).at();
        Word bytes = stretch.length().orElseThrow(() -> new Mistake(at, "how many bytes? len=... says it"));
        return new Meaning.Ready(
                new Shown("", List.of(new Take.Block(stretch.address(), bytes, HTTP_BYTES)), new Shape.HttpLine(0)));
    }

    /// A type by name, with stars before it, as in Go and Rust, or behind it, as in C.
    private Optional<Type> type(String name) {
        String bare = name.strip();
        Optional<TypeRef> whole = evaluation.type(bare);
        if (whole.isPresent()) {
            return whole.map(TypeReader::read);
        }
        int stars = 0;
        while (stars < MAX_STARS && (bare.endsWith("*") || bare.startsWith("*"))) {
            bare = (bare.endsWith("*") ? bare.substring(0, bare.length() - 1) : bare.substring(1)).strip();
            stars++;
        }
        String plain = bare.replaceFirst("^(const )?(struct|union|enum|class) ", "").replaceFirst("^const ", "");
        Optional<Type> found = evaluation.type(plain).map(TypeReader::read).or(() -> wellKnown(plain));
        for (int i = 0; i < stars; i++) {
            found = found.map(Functions::pointerTo);
        }
        return found;
    }

    private static Type pointerTo(Type target) {
        return new Type.Pointer("*" + target.name(), 8, Type.Pointer.Kind.POINTER, () -> target);
    }

    /// What every Go program has, whether it describes it or not.
    private static Optional<Type> wellKnown(String name) {
        return switch (name) {
            case "error" ->
                Optional.of(new Type.Composite("error", 16, Type.Composite.Kind.INTERFACE, List.of()));
            case "string" -> Optional.of(new Type.Composite("string", 16, Type.Composite.Kind.STRING, List.of()));
            default -> Optional.empty();
        };
    }

    private Meaning as(Call in) throws Mistake {
        Type type = in.type(1);
        if (type.size() > 8 && in.argument(0) instanceof Expression.Name(var name, int at)) {
            int count = (int) Math.min((type.size() + 7) / 8, 8);
            Optional<List<Word>> words = evaluation.scope().wordsFrom(name, count, at);
            if (words.isPresent()) {
                List<Place.Part> parts = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    parts.add(new Place.Part(8L * i, 8, words.get().get(i)));
                }
                return new Meaning.Value(type, new Place.Words(parts));
            }
        }
        return new Meaning.Value(type, Place.Words.of(in.word()));
    }

    private Meaning length(Call in) throws Mistake {
        Meaning of = in.meaning();
        int at = in.argument(0).at();
        Optional<Word> length = switch (of) {
            case Meaning.Value(var type, var place) -> evaluation.shapes().length(type, place);
            case Meaning.Content(var stretch, int _, var _) -> stretch.length();
            case Meaning.Number _, Meaning.Ready _, Meaning.Fixed _, Meaning.Nil _, Meaning.Enumerator _ ->
                Optional.empty();
        };
        return Meaning.Number.signed(length.orElseThrow(() -> new Mistake(at, "this has no length that is known")));
    }

    private Meaning dynamicType(Call in) throws Mistake {
        int at = in.argument(0).at();
        Optional<Shown> shown = in.meaning() instanceof Meaning.Value(var type, var place)
                ? evaluation.shapes().dynamicType("", type, place)
                : Optional.empty();
        return new Meaning.Ready(shown.orElseThrow(() -> new Mistake(at, "this is no interface")));
    }

    private Meaning startsWith(Call in) throws Mistake {
        int at = in.argument(0).at();
        return Evaluation.truth(Texts.startsWith(evaluation.stretch(in.meaning(), at), in.text(1), at));
    }

    private Meaning fields(Call in) throws Mistake {
        int at = in.argument(0).at();
        int depth = (int) in.constant("depth", evaluation.limits().depth(), 0, 8);
        if (in.meaning() instanceof Meaning.Value(var type, var place)) {
            return new Meaning.Ready(evaluation.shapes().fields("", type, place, depth));
        }
        throw new Mistake(at, "of what type this is the binary does not say; as(..., 'type') does");
    }

    private Meaning extreme(Call in, boolean least) throws Mistake {
        Word one = evaluation.number(in.argument(0)).word();
        Word two = evaluation.number(in.argument(1)).word();
        Word less = one.calculate(Operator.LESS_SIGNED, two);
        return Meaning.Number.signed(new Word.Choice(less, least ? one : two, least ? two : one));
    }
}
