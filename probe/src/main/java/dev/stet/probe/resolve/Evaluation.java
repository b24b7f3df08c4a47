package dev.stet.probe.resolve;

import dev.stet.binary.Type;
import dev.stet.binary.TypeRef;
import dev.stet.probe.Expression;
import dev.stet.probe.Expression.Sign;
import dev.stet.probe.Probe;
import dev.stet.probe.compile.Take;
import dev.stet.probe.compile.Word;
import dev.stet.probe.compile.Word.Operator;
import java.util.List;
import java.util.Optional;

/// Finds out what one expression means at one moment of a call.
final class Evaluation {
    private final Scope scope;
    private final TypeNames types;
    private final Probe.Limits limits;
    private final Shapes shapes;
    private final Members members;
    private final Functions functions;

    Evaluation(Scope scope, TypeNames types, Probe.Limits limits) {
        this.scope = scope;
        this.types = types;
        this.limits = limits;
        shapes = new Shapes(limits, types);
        members = new Members(shapes);
        functions = new Functions(this);
    }

    Scope scope() {
        return scope;
    }

    TypeNames types() {
        return types;
    }

    Probe.Limits limits() {
        return limits;
    }

    Shapes shapes() {
        return shapes;
    }

    /// What is taken, and how it is shown.
    Shown show(String name, Expression expression) throws Mistake {
        return switch (meaning(expression)) {
            case Meaning.Value(var type, var place) -> shapes.show(name, type, place);
            case Meaning.Number(var word, int width, var kind, var _) ->
                new Shown(
                        name,
                        List.of(new Take.Number(word)),
                        new Shape.Number(new Shape.Bits(0, 0, width / 8), kind));
            case Meaning.Content content -> show(name, content);
            case Meaning.Ready(var shown) -> new Shown(name, shown.takes(), shown.shape());
            case Meaning.Fixed(var text) -> new Shown(name, List.of(), new Shape.Fixed(text));
            case Meaning.Nil _ -> new Shown(name, List.of(new Take.Number(Word.of(0))), new Shape.Number(new Shape.Bits(0, 0, 8), Shape.Kind.ADDRESS));
            case Meaning.Enumerator(var unknown) -> throw noSuch(unknown, expression.at());
        };
    }

    private static Shown show(String name, Meaning.Content content) {
        Word address = content.stretch().address();
        Take taken = content.stretch()
                .length()
                .<Take>map(length -> new Take.Block(address, length, content.max()))
                .orElseGet(() -> new Take.Text(address, content.max()));
        Shape inner = content.isText() ? new Shape.Text(1) : new Shape.Bytes(1);
        // Of no bytes the address is of no matter: Go's empty string has none.
        Shape shape = content.stretch().length().isPresent() ? inner : new Shape.Behind(new Shape.Bits(0, 0, 8), inner);
        return new Shown(name, List.of(new Take.Number(address), taken), shape);
    }

    /// A condition: not 0 means yes.
    Word condition(Expression expression) throws Mistake {
        return number(expression).word();
    }

    Meaning.Number number(Expression expression) throws Mistake {
        return Numbers.of(meaning(expression), expression.at());
    }

    Meaning meaning(Expression expression) throws Mistake {
        return switch (expression) {
            case Expression.Name(var name, int at) -> name(name, at);
            case Expression.Number(long value, int _) -> Meaning.Number.signed(Word.of(value));
            case Expression.Text(var text, int _) -> new Meaning.Fixed(text);
            case Expression.Member(var of, var field, int at) -> member(of, field, at);
            case Expression.Index(var of, var index, int at) -> index(of, index, at);
            case Expression.Call call -> functions.call(call);
            case Expression.Unary(var sign, var operand, int at) -> unary(sign, operand, at);
            case Expression.Binary(var sign, var left, var right, int at) -> binary(sign, left, right, at);
        };
    }

    private Meaning name(String name, int at) throws Mistake {
        return scope.find(name, at).orElseGet(() -> new Meaning.Enumerator(name));
    }

    private Mistake noSuch(String name, int at) {
        if (!scope.hasSignature()) {
            return new Mistake(
                    at,
                    "no '" + name + "': the binary does not name this function's parameters; they are arg1, arg2, ...");
        }
        List<String> names = scope.names();
        return new Mistake(
                at,
                "no parameter '" + name + "'"
                        + (names.isEmpty() ? "" : " (there are: " + String.join(", ", names) + ")"));
    }

    private Meaning member(Expression of, String field, int at) throws Mistake {
        Meaning whole = meaning(of);
        return switch (whole) {
            case Meaning.Value value -> members.field(value, field, at);
            case Meaning.Enumerator(var unknown) -> throw noSuch(unknown, of.at());
            case Meaning.Number _, Meaning.Content _, Meaning.Ready _, Meaning.Fixed _, Meaning.Nil _ ->
                throw new Mistake(at, "of what type this is the binary does not say; as(..., 'type') does");
        };
    }

    private Meaning index(Expression of, Expression index, int at) throws Mistake {
        Meaning whole = meaning(of);
        return switch (whole) {
            case Meaning.Value value -> members.element(value, number(index).word(), at);
            case Meaning.Enumerator(var unknown) -> throw noSuch(unknown, of.at());
            case Meaning.Number _, Meaning.Content _, Meaning.Ready _, Meaning.Fixed _, Meaning.Nil _ ->
                throw new Mistake(at, "of what type this is the binary does not say; as(..., 'type') does");
        };
    }

    private Meaning unary(Sign sign, Expression operand, int at) throws Mistake {
        Meaning inner = meaning(operand);
        if (sign == Sign.STAR && inner instanceof Meaning.Value value) {
            return Members.behind(value, at);
        }
        if (sign == Sign.AMPERSAND) {
            return address(inner, at);
        }
        Meaning.Number number = Numbers.of(inner, operand.at());
        Word word = number.word();
        return switch (sign) {
            case STAR -> Meaning.Number.untyped(word.load());
            case MINUS -> Meaning.Number.signed(negative(word));
            case TILDE ->
                new Meaning.Number(word.calculate(Operator.XOR, Word.of(-1)), 64, number.kind(), number.sign());
            case NOT -> truth(word.calculate(Operator.EQUAL, Word.of(0)));
            default -> throw new Mistake(at, "'" + sign.text() + "' needs two values");
        };
    }

    private static Word negative(Word word) {
        return word instanceof Word.Constant(long value)
                ? Word.of(-value)
                : Word.of(0).calculate(Operator.SUBTRACT, word);
    }

    static Meaning.Number truth(Word word) {
        return new Meaning.Number(word, 64, Shape.Kind.SIGNED, Meaning.Sign.SIGNED);
    }

    private static Meaning address(Meaning of, int at) throws Mistake {
        if (of instanceof Meaning.Value(var _, Place.Memory(var address))) {
            return new Meaning.Number(address, 64, Shape.Kind.ADDRESS, Meaning.Sign.UNSIGNED);
        }
        throw new Mistake(at, "it has no address: it is in a register, or was computed");
    }

    private Meaning binary(Sign sign, Expression left, Expression right, int at) throws Mistake {
        if (sign == Sign.AND) {
            return truth(new Word.Both(condition(left), condition(right)));
        }
        if (sign == Sign.OR) {
            return truth(new Word.Either(condition(left), condition(right)));
        }
        Meaning first = meaning(left);
        Meaning second = meaning(right);
        if (sign == Sign.EQUAL || sign == Sign.NOT_EQUAL) {
            Optional<Word> text = text(first, second, at).or(() -> Optional.empty());
            if (text.isPresent()) {
                return truth(sign == Sign.EQUAL ? text.get() : text.get().calculate(Operator.EQUAL, Word.of(0)));
            }
        }
        Meaning.Number one = Numbers.of(enumerator(first, second, left.at()), left.at());
        Meaning.Number two = Numbers.of(enumerator(second, first, right.at()), right.at());
        return Arithmetic.of(sign, one, two, at);
    }

    /// Is one of them text, and the other what it is compared with?
    private Optional<Word> text(Meaning first, Meaning second, int at) throws Mistake {
        if (second instanceof Meaning.Fixed(var text)) {
            return Optional.of(Texts.equal(stretch(first, at), text, at));
        }
        if (first instanceof Meaning.Fixed(var text)) {
            return Optional.of(Texts.equal(stretch(second, at), text, at));
        }
        return Optional.empty();
    }

    /// Where the text is that something is.
    Stretch stretch(Meaning meaning, int at) throws Mistake {
        Optional<Stretch> found = switch (meaning) {
            case Meaning.Content(var stretch, int _, var _) -> Optional.of(stretch);
            case Meaning.Value(var type, var place) -> shapes.text(type, place);
            case Meaning.Number _, Meaning.Ready _, Meaning.Fixed _, Meaning.Nil _ -> Optional.empty();
            case Meaning.Enumerator(var unknown) -> throw noSuch(unknown, at);
        };
        return found.orElseThrow(() -> new Mistake(at, "this is no text; string(...) makes it one"));
    }

    /// A name that is no parameter's is an enumerator, if it stands beside a value of its enumeration.
    private Meaning enumerator(Meaning meaning, Meaning beside, int at) throws Mistake {
        if (!(meaning instanceof Meaning.Enumerator(var name))) {
            return meaning;
        }
        if (beside instanceof Meaning.Value(var type, var _)
                && TypeReader.bare(type) instanceof Type.Enumeration enumeration) {
            for (Type.Constant constant : enumeration.constants()) {
                if (constant.name().equals(name) || constant.name().endsWith("::" + name)) {
                    return Meaning.Number.signed(Word.of(constant.value()));
                }
            }
            throw new Mistake(
                    at,
                    "no '" + name + "' among the values of '" + type.name() + "' (there are: "
                            + String.join(
                                    ", ",
                                    enumeration.constants().stream()
                                            .map(Type.Constant::name)
                                            .limit(20)
                                            .toList())
                            + ")");
        }
        throw noSuch(name, at);
    }

    Optional<TypeRef> type(String name) {
        return types.named(name);
    }
}
