package dev.stet.probe.resolve;

import dev.stet.binary.Type;
import dev.stet.probe.Alike;
import dev.stet.probe.Expression;
import dev.stet.probe.Expression.Sign;
import dev.stet.probe.ExpressionException;
import dev.stet.probe.compile.Word;
import java.util.List;
import java.util.Optional;

/// Gives expressions their meaning at one place of a program, at one moment.
final class Evaluator {
    private final String source;
    private final Scope scope;
    private final Shapes shapes;
    private final TypeNames names;
    private final Functions functions;

    /// @param source the expression's text, for messages
    Evaluator(String source, Scope scope, Shapes shapes, TypeNames names, int depth) {
        this.source = source;
        this.scope = scope;
        this.shapes = shapes;
        this.names = names;
        this.functions = new Functions(this, scope, shapes, names, depth);
    }

    Spot spot(Expression at) {
        return new Spot(source, at.at());
    }

    Meaning meaning(Expression expression) throws ExpressionException, NowhereException {
        Meaning meaning = switch (expression) {
            case Expression.Name(var name, var ignored) -> named(name, spot(expression));
            case Expression.Number(long value, var ignored) ->
                value >= 0
                        ? Meaning.Number.constant(value)
                        : new Meaning.Number(Word.of(value), Shape.Kind.UNSIGNED, Meaning.Rank.UNSIGNED);
            case Expression.Text(var text, var ignored) -> new Meaning.Literal(text);
            case Expression.Member(var of, var field, var ignored) -> member(of, field, spot(expression));
            case Expression.Index(var of, var index, var ignored) ->
                new Indexing(names, spot(expression))
                        .element(meaning(of), number(index).word());
            case Expression.Call call -> functions.call(call, spot(call));
            case Expression.Unary(var sign, var operand, var ignored) -> unary(sign, operand, spot(expression));
            case Expression.Binary(var sign, var left, var right, var ignored) ->
                binary(sign, left, right, spot(expression));
        };
        requireSmall(meaning, spot(expression));
        return meaning;
    }

    private static void requireSmall(Meaning meaning, Spot spot) throws ExpressionException {
        boolean small = switch (meaning) {
            case Meaning.Number number -> Words.isSmall(number.word());
            case Meaning.Typed(var ignored, var place) -> isSmall(place);
            case Meaning.Text text ->
                Words.isSmall(text.stretch().address())
                        && text.stretch().length().map(Words::isSmall).orElse(true);
            case Meaning.Literal _, Meaning.Picture _ -> true;
        };
        if (!small) {
            throw spot.error("too much to compute: more than " + Words.MAX_PARTS + " steps");
        }
    }

    private static boolean isSmall(Place place) {
        return switch (place) {
            case Place.Memory(var address) -> Words.isSmall(address);
            case Place.Words(var parts) -> parts.stream().map(Place.Part::word).allMatch(Words::isSmall);
            case Place.Nowhere _ -> true;
        };
    }

    Meaning.Number number(Expression expression) throws ExpressionException, NowhereException {
        return Scalars.number(meaning(expression), spot(expression));
    }

    private Meaning named(String name, Spot spot) throws ExpressionException {
        return scope.find(name, spot).orElseThrow(() -> spot.error(scope.unknown(name)));
    }

    private Meaning member(Expression of, String field, Spot spot) throws ExpressionException, NowhereException {
        return switch (meaning(of)) {
            case Meaning.Typed typed -> Members.of(typed, field, spot);
            case Meaning.Number _ ->
                throw spot.error("no type is known of what '" + field + "' is asked of: as(x, 'struct name *')." + field
                        + " gives it one");
            case Meaning.Text _, Meaning.Literal _, Meaning.Picture _ -> throw spot.error("a text has no fields");
        };
    }

    private Meaning unary(Sign sign, Expression operand, Spot spot) throws ExpressionException, NowhereException {
        if (sign == Sign.STAR) {
            return behind(meaning(operand), spot);
        }
        if (sign == Sign.AMPERSAND) {
            return address(meaning(operand), spot);
        }
        Meaning.Number number = number(operand);
        if (sign == Sign.MINUS) {
            return Arithmetic.of(Sign.MINUS, Meaning.Number.constant(0), number);
        }
        if (sign == Sign.TILDE) {
            return Arithmetic.of(Sign.CARET, number, Meaning.Number.constant(-1));
        }
        return Meaning.Number.truth(Words.isZero(number.word()));
    }

    private static Meaning behind(Meaning pointer, Spot spot) throws ExpressionException, NowhereException {
        if (!(pointer instanceof Meaning.Typed(var type, var place))
                || !(TypeReader.bare(type) instanceof Type.Pointer to)) {
            return Meaning.Number.untyped(Scalars.number(pointer, spot).word().load());
        }
        if (TypeReader.bare(to.target()).size() < 0) {
            throw spot.error("what a " + TypeText.of(type) + " points to has no type: u64(x), or at(x, 'type')");
        }
        return Members.behind(to, place);
    }

    private static Meaning address(Meaning of, Spot spot) throws ExpressionException {
        if (of instanceof Meaning.Typed(var type, Place.Memory(var address))) {
            Type.Pointer pointer = new Type.Pointer("", 8, Type.Pointer.Kind.POINTER, () -> type);
            return new Meaning.Typed(pointer, Place.Words.of(address));
        }
        throw spot.error("this has no address: it is in no memory");
    }

    private Meaning binary(Sign sign, Expression left, Expression right, Spot spot)
            throws ExpressionException, NowhereException {
        boolean leftIsName = isUnknown(left) && !isUnknown(right);
        Optional<Meaning> known = leftIsName ? Optional.empty() : Optional.of(meaning(left));
        Meaning rightMeaning = isUnknown(right) && known.isPresent() ? enumerator(right, known.get()) : meaning(right);
        Meaning leftMeaning = known.isPresent() ? known.get() : enumerator(left, rightMeaning);
        return switch (sign) {
            case EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL ->
                new Comparison(sign, shapes, spot, spot(left), spot(right)).of(leftMeaning, rightMeaning);
            case PLUS, MINUS, STAR, SLASH, PERCENT, AMPERSAND, BAR, CARET, LEFT, RIGHT, AND, OR, TILDE, NOT ->
                Arithmetic.of(sign, Scalars.number(leftMeaning, spot(left)), Scalars.number(rightMeaning, spot(right)));
        };
    }

    private boolean isUnknown(Expression expression) throws ExpressionException {
        return expression instanceof Expression.Name(var name, var ignored)
                && scope.find(name, spot(expression)).isEmpty();
    }

    /// A name that stands for nothing, next to a value of a type that has names for its values.
    private Meaning enumerator(Expression expression, Meaning other) throws ExpressionException {
        String name = ((Expression.Name) expression).name();
        String last = name.substring(name.lastIndexOf(':') + 1);
        Type type = typeWithNames(other);
        if (type instanceof Type.Variants variants
                && Variants.named(variants, last).isPresent()) {
            return new Meaning.Literal(last);
        }
        if (!(type instanceof Type.Enumeration enumeration)) {
            throw spot(expression).error(scope.unknown(name));
        }
        return enumeration.constants().stream()
                .filter(it -> it.name().equals(last) || it.name().endsWith("." + last))
                .findFirst()
                .map(it -> (Meaning) Meaning.Number.constant(it.value()))
                .orElseThrow(() -> spot(expression).error(noEnumerator(name, enumeration)));
    }

    private static Type typeWithNames(Meaning meaning) {
        return switch (meaning) {
            case Meaning.Typed(var type, var ignored) -> TypeReader.bare(type);
            case Meaning.Number number -> number.names().<Type>map(it -> it).orElseGet(Type.Nothing::new);
            case Meaning.Text _, Meaning.Literal _, Meaning.Picture _ -> new Type.Nothing();
        };
    }

    private static String noEnumerator(String name, Type.Enumeration type) {
        List<String> names = type.constants().stream().map(Type.Constant::name).toList();
        return "no parameter, and no value of " + TypeText.of(type) + ", is called '" + name + "' (there are: "
                + Alike.list(names) + ")" + Alike.suggestion(name, names);
    }
}
