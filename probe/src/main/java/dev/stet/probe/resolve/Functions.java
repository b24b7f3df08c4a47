package dev.stet.probe.resolve;

import dev.stet.binary.Type;
import dev.stet.probe.Expression;
import dev.stet.probe.Expression.Argument;
import dev.stet.probe.ExpressionException;
import dev.stet.probe.compile.Take;
import dev.stet.probe.compile.Word;
import dev.stet.probe.compile.Word.Operator;
import dev.stet.probe.resolve.Meaning.Number;
import dev.stet.probe.resolve.Meaning.Rank;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// What functions of the language give.
final class Functions {
    private static final int MAX_DEPTH = 8;

    private static final String NO_LENGTH =
            "text of Go does not end at a NUL: text(x, len=n) says how long it is, gostr(x) reads a header";
    private static final String NO_TEXT = "this is no text: string(x) says that a word is an address of text";

    private final Evaluator evaluator;
    private final Scope scope;
    private final Shapes shapes;
    private final TypeNames names;
    private final int depth;

    /// @param depth of structures, if nothing is said
    Functions(Evaluator evaluator, Scope scope, Shapes shapes, TypeNames names, int depth) {
        this.evaluator = evaluator;
        this.scope = scope;
        this.shapes = shapes;
        this.names = names;
        this.depth = depth;
    }

    Meaning call(Expression.Call call, Spot spot) throws ExpressionException, NowhereException {
        Expression first = plain(call, 0, spot);
        return switch (call.function()) {
            case "int" -> cast(first, 4, true, Shape.Kind.SIGNED);
            case "uint" -> cast(first, 4, false, Shape.Kind.UNSIGNED);
            case "long" -> cast(first, 8, true, Shape.Kind.SIGNED);
            case "ulong" -> cast(first, 8, false, Shape.Kind.UNSIGNED);
            case "short" -> cast(first, 2, true, Shape.Kind.SIGNED);
            case "ushort" -> cast(first, 2, false, Shape.Kind.UNSIGNED);
            case "sbyte" -> cast(first, 1, true, Shape.Kind.SIGNED);
            case "byte" -> cast(first, 1, false, Shape.Kind.UNSIGNED);
            case "char" -> cast(first, 1, false, Shape.Kind.CHARACTER);
            case "bool" -> cast(first, 1, false, Shape.Kind.TRUTH);
            case "duration" -> cast(first, 8, true, Shape.Kind.DURATION);
            case "hex" -> bits(first, Shape.Kind.HEX);
            case "ptr" -> bits(first, Shape.Kind.ADDRESS);
            case "u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64" -> memory(call.function(), first);
            case "f32" -> real(first, "float", 4);
            case "f64" -> real(first, "double", 8);
            case "string", "str" -> string(first, max(call, spot));
            case "gostr" -> goString(address(first), max(call, spot));
            case "stdstring" -> text(Shapes.standardString(address(first)), max(call, spot));
            case "text" -> bytes(call, first, Meaning.Form.TEXT, spot);
            case "bytes" -> bytes(call, first, Meaning.Form.BYTES, spot);
            case "http" -> bytes(call, first, Meaning.Form.HTTP, spot);
            case "as" -> as(first, plain(call, 1, spot));
            case "at" -> new Meaning.Typed(type(plain(call, 1, spot)), new Place.Memory(address(first)));
            case "len" -> length(first);
            case "typeof" -> dynamicType(first);
            case "startswith" -> startsWith(first, plain(call, 1, spot));
            case "fields" -> fields(first, call, spot);
            case "min" -> choice(first, plain(call, 1, spot), true);
            case "max" -> choice(first, plain(call, 1, spot), false);
            default -> throw spot.error("no function '" + call.function() + "'");
        };
    }

    private static Expression plain(Expression.Call call, int index, Spot spot) throws ExpressionException {
        List<Argument> plain =
                call.arguments().stream().filter(it -> it.key().isEmpty()).toList();
        if (index >= plain.size()) {
            throw spot.error(call.function() + " needs more arguments");
        }
        return plain.get(index).value();
    }

    private static Optional<Expression> keyed(Expression.Call call, String key) {
        return call.arguments().stream()
                .filter(it -> it.key().equals(Optional.of(key)))
                .findFirst()
                .map(Argument::value);
    }

    private static OptionalInt max(Expression.Call call, Spot spot) throws ExpressionException {
        return constant(call, "max", Take.MAX_BYTES, spot);
    }

    private static OptionalInt constant(Expression.Call call, String key, int most, Spot spot)
            throws ExpressionException {
        Optional<Expression> given = keyed(call, key);
        if (given.isEmpty()) {
            return OptionalInt.empty();
        }
        if (given.get() instanceof Expression.Number(long value, var ignored) && value >= 1 && value <= most) {
            return OptionalInt.of((int) value);
        }
        throw spot.error(key + "= takes a number from 1 to " + most);
    }

    private Number cast(Expression of, int size, boolean signed, Shape.Kind kind)
            throws ExpressionException, NowhereException {
        Rank unsigned = size == 8 ? Rank.UNSIGNED : Rank.SMALL;
        Word word = evaluator.number(of).word();
        return new Number(Words.extended(word, size, signed), kind, signed ? Rank.SIGNED : unsigned);
    }

    private Number bits(Expression of, Shape.Kind kind) throws ExpressionException, NowhereException {
        return new Number(Scalars.bits(evaluator.meaning(of), evaluator.spot(of)), kind, Rank.UNSIGNED);
    }

    private Word address(Expression of) throws ExpressionException, NowhereException {
        return Scalars.address(evaluator.meaning(of), shapes, evaluator.spot(of));
    }

    private Number memory(String function, Expression of) throws ExpressionException, NowhereException {
        boolean signed = function.charAt(0) == 'i';
        int size = Integer.parseInt(function.substring(1)) / 8;
        Rank unsigned = size == 8 ? Rank.UNSIGNED : Rank.SMALL;
        return new Number(
                address(of).load(size, signed && size < 8),
                signed ? Shape.Kind.SIGNED : Shape.Kind.UNSIGNED,
                signed ? Rank.SIGNED : unsigned);
    }

    private Meaning real(Expression of, String name, int size) throws ExpressionException, NowhereException {
        return new Meaning.Typed(new Type.Base(name, size, Type.Encoding.FLOAT), new Place.Memory(address(of)));
    }

    private static Meaning text(Stretch stretch, OptionalInt max) {
        return new Meaning.Text(stretch, Meaning.Form.TEXT, max, false);
    }

    private static Meaning goString(Word header, OptionalInt max) {
        return text(new Stretch(header.load(), header.plus(8).load()), max);
    }

    private Meaning string(Expression of, OptionalInt max) throws ExpressionException, NowhereException {
        Meaning value = evaluator.meaning(of);
        Spot spot = evaluator.spot(of);
        Optional<Stretch> text = Texts.find(value, shapes);
        if (text.isPresent()) {
            boolean array = value instanceof Meaning.Typed(var type, var ignored)
                    && TypeReader.bare(type) instanceof Type.Array;
            return array && max.isEmpty()
                    ? value
                    : new Meaning.Text(
                            text.get(),
                            Meaning.Form.TEXT,
                            max,
                            text.get().length().isEmpty() && !array);
        }
        Word word = Scalars.number(value, spot).word();
        if (scope.isGo() && value instanceof Number) {
            Optional<Word> length = following(of, 1);
            return text(new Stretch(word, length.orElseThrow(() -> spot.error(NO_LENGTH))), max);
        }
        return new Meaning.Text(new Stretch(word, Optional.empty()), Meaning.Form.TEXT, max, true);
    }

    /// The word some positions behind a position; empty if this is none.
    private Optional<Word> following(Expression of, int distance) throws ExpressionException, NowhereException {
        Optional<Positional> position =
                of instanceof Expression.Name(var name, var ignored) ? Positional.of(name) : Optional.empty();
        if (position.isEmpty()) {
            return Optional.empty();
        }
        Spot spot = evaluator.spot(of);
        Optional<Meaning> next = scope.find(position.get().next(distance), spot);
        return next.isPresent() ? Optional.of(Scalars.number(next.get(), spot).word()) : Optional.empty();
    }

    private Meaning bytes(Expression.Call call, Expression of, Meaning.Form form, Spot spot)
            throws ExpressionException, NowhereException {
        Expression length = keyed(call, "len").orElseThrow(() -> spot.error(call.function() + " needs len="));
        Stretch stretch = new Stretch(address(of), evaluator.number(length).word());
        return new Meaning.Text(stretch, form, max(call, spot), form != Meaning.Form.HTTP);
    }

    private Type type(Expression of) throws ExpressionException {
        Spot spot = evaluator.spot(of);
        if (of instanceof Expression.Text(var text, var ignored)) {
            return TypeNotation.parse(text, names, scope.isGo(), spot);
        }
        throw spot.error("expected the name of a type, as 'struct conn *'");
    }

    /// Of a value of several words the first is named, and the others are the positions behind it.
    private Meaning as(Expression of, Expression typeName) throws ExpressionException, NowhereException {
        Type type = type(typeName);
        long words = (Math.max(type.size(), 1) + 7) / 8;
        Word first = evaluator.number(of).word();
        if (words == 1) {
            return new Meaning.Typed(type, Place.Words.of(first));
        }
        List<Place.Part> parts = new java.util.ArrayList<>(List.of(new Place.Part(0, 8, first)));
        for (int i = 1; i < words; i++) {
            Optional<Word> next = i < Positional.MAX ? following(of, i) : Optional.empty();
            parts.add(new Place.Part(
                    8L * i,
                    8,
                    next.orElseThrow(() -> evaluator
                            .spot(of)
                            .error("a " + TypeText.of(type) + " has " + type.size()
                                    + " bytes and is in no word: at(x, 'type') is one" + " in memory"))));
        }
        return new Meaning.Typed(type, new Place.Words(parts));
    }

    private Number length(Expression of) throws ExpressionException, NowhereException {
        Meaning value = evaluator.meaning(of);
        Spot spot = evaluator.spot(of);
        Optional<Word> length = switch (value) {
            case Meaning.Typed(var ignored, Place.Nowhere(var why)) -> throw new NowhereException(why);
            case Meaning.Typed(var type, var place) -> shapes.length(type, place);
            case Meaning.Text text -> text.stretch().length();
            case Meaning.Number _, Meaning.Literal _, Meaning.Picture _ -> Optional.empty();
        };
        return new Number(
                length.orElseThrow(() -> spot.error("this has no length that could be read")),
                Shape.Kind.SIGNED,
                Rank.SIGNED);
    }

    private Meaning dynamicType(Expression of) throws ExpressionException, NowhereException {
        Spot spot = evaluator.spot(of);
        if (evaluator.meaning(of) instanceof Meaning.Typed(var type, var place)
                && shapes.dynamicType("", type, place).isPresent()) {
            return new Meaning.Picture(
                    "typeof(...)", name -> shapes.dynamicType(name, type, place).orElseThrow());
        }
        throw spot.error("this is no interface: its type is the same always");
    }

    private Number startsWith(Expression of, Expression beginning) throws ExpressionException, NowhereException {
        Optional<Stretch> text = Texts.find(evaluator.meaning(of), shapes);
        if (!(beginning instanceof Expression.Text(var wanted, var ignored))) {
            throw evaluator.spot(beginning).error("expected a text between quotes");
        }
        Spot spot = evaluator.spot(of);
        Stretch found = text.orElseThrow(() -> spot.error(NO_TEXT));
        return Number.truth(TextMatch.begins(found, wanted, evaluator.spot(beginning)));
    }

    private Meaning fields(Expression of, Expression.Call call, Spot spot)
            throws ExpressionException, NowhereException {
        int levels = constant(call, "depth", MAX_DEPTH, spot).orElse(depth);
        if (evaluator.meaning(of) instanceof Meaning.Typed(var type, var place)) {
            return new Meaning.Picture("fields(...)", name -> shapes.fields(name, type, place, levels));
        }
        throw evaluator.spot(of).error("no type is known of this: as(x, 'struct name *') gives it one");
    }

    private Number choice(Expression one, Expression other, boolean least)
            throws ExpressionException, NowhereException {
        Number left = evaluator.number(one);
        Number right = evaluator.number(other);
        Word first = Words.of(Operator.LESS_SIGNED, left.word(), right.word());
        Word then = least ? left.word() : right.word();
        Word otherwise = least ? right.word() : left.word();
        boolean duration = left.kind() == Shape.Kind.DURATION || right.kind() == Shape.Kind.DURATION;
        return new Number(
                new Word.Choice(first, then, otherwise),
                duration ? Shape.Kind.DURATION : Shape.Kind.SIGNED,
                Rank.SIGNED);
    }
}
