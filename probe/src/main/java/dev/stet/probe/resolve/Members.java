package dev.stet.probe.resolve;

import dev.stet.binary.Type;
import dev.stet.probe.compile.Word;
import dev.stet.probe.compile.Word.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Fields and elements of values.
final class Members {
    private static final int MAX_DEPTH = 8;
    /// Names that a message lists.
    private static final int MAX_LISTED = 20;
    /// Fails whenever it is looked at.
    private static final Word FAILURE = Word.of(0).calculate(Operator.DIVIDE_UNSIGNED, Word.of(0));

    private final Shapes shapes;

    Members(Shapes shapes) {
        this.shapes = shapes;
    }

    /// A field, through pointers and references; those of base classes, of what Go embeds and of what has no name
    /// are the whole's own.
    Meaning.Value field(Meaning.Value of, String name, int at) throws Mistake {
        Meaning.Value whole = followed(of, at);
        Type type = TypeReader.bare(whole.type());
        if (whole.place() instanceof Place.Nowhere) {
            return whole;
        }
        if (!(type instanceof Type.Composite composite)) {
            throw new Mistake(at, "a value of type " + named(type) + " has no fields");
        }
        Optional<Meaning.Value> found = find(composite, whole.place(), name, 0);
        if (found.isEmpty()) {
            throw new Mistake(at, "no field '" + name + "' in " + named(type) + " (there are: " + listed(composite) + ")");
        }
        return found.get();
    }

    private static String listed(Type.Composite composite) {
        List<String> names = composite.fields().stream()
                .map(Type.Field::name)
                .filter(name -> !name.isEmpty())
                .toList();
        String more = names.size() > MAX_LISTED ? ", and " + (names.size() - MAX_LISTED) + " more" : "";
        return String.join(", ", names.subList(0, Math.min(names.size(), MAX_LISTED))) + more;
    }

    static String named(Type type) {
        return type.name().isEmpty() ? "this type" : "'" + type.name() + "'";
    }

    private Optional<Meaning.Value> find(Type.Composite composite, Place place, String name, int depth) {
        for (int i = 0; i < composite.fields().size(); i++) {
            Type.Field field = composite.fields().get(i);
            boolean numbered = field.name().isEmpty() || field.name().equals("__" + i);
            if (field.name().equals(name) || (numbered && name.equals(Integer.toString(i)))) {
                return Optional.of(member(composite, place, field));
            }
        }
        if (depth == MAX_DEPTH) {
            return Optional.empty();
        }
        for (Type.Field field : composite.fields()) {
            if (field.inherited() || field.name().isEmpty()) {
                Meaning.Value inner = member(composite, place, field);
                Optional<Meaning.Value> found = insideEmbedded(inner, name, depth);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Meaning.Value> insideEmbedded(Meaning.Value inner, String name, int depth) {
        try {
            Meaning.Value whole = followed(inner, 0);
            return TypeReader.bare(whole.type()) instanceof Type.Composite composite
                    ? find(composite, whole.place(), name, depth + 1)
                    : Optional.empty();
        } catch (Mistake e) {
            return Optional.empty();
        }
    }

    private static Meaning.Value member(Type.Composite composite, Place place, Type.Field field) {
        Type type = TypeReader.read(field.type());
        if (field.offset() < 0) {
            return new Meaning.Value(type, new Place.Nowhere("where this base class is only the object tells"));
        }
        if (field.bits() > 0) {
            return new Meaning.Value(type, bitField(composite, place, field));
        }
        return new Meaning.Value(type, part(place, field.offset()));
    }

    private static Place bitField(Type.Composite composite, Place place, Type.Field field) {
        int bytes = Math.max(Integer.highestOneBit((field.bitOffset() + field.bits() + 7) / 8 * 2 - 1), 1);
        if (bytes > 8) {
            return new Place.Nowhere("a bit field over nine bytes");
        }
        Optional<Word> word = Shapes.word(composite, place, field.offset(), bytes);
        if (word.isEmpty()) {
            return new Place.Nowhere("optimised out");
        }
        boolean signed = TypeReader.bare(field.type()) instanceof Type.Base base
                && base.encoding() == Type.Encoding.SIGNED;
        Word high = word.get().calculate(Operator.SHIFT_LEFT, Word.of(64L - field.bitOffset() - field.bits()));
        Operator down = signed ? Operator.SHIFT_RIGHT_SIGNED : Operator.SHIFT_RIGHT_UNSIGNED;
        return Place.Words.of(high.calculate(down, Word.of(64L - field.bits())));
    }

    /// The place of what begins so far into a value.
    private static Place part(Place place, long offset) {
        return switch (place) {
            case Place.Memory(var address) -> new Place.Memory(address.plus(offset));
            case Place.Nowhere nowhere -> nowhere;
            case Place.Words(var parts) -> {
                List<Place.Part> rest = new ArrayList<>();
                for (Place.Part part : parts) {
                    long begins = part.offset() - offset;
                    if (begins >= 0) {
                        rest.add(new Place.Part(begins, part.size(), part.word()));
                    } else if (begins + part.size() > 0) {
                        Word shifted = part.word().calculate(Operator.SHIFT_RIGHT_UNSIGNED, Word.of(-8 * begins));
                        rest.add(new Place.Part(0, (int) (part.size() + begins), shifted));
                    }
                }
                yield rest.isEmpty() ? new Place.Nowhere("optimised out") : new Place.Words(rest);
            }
        };
    }

    /// What a pointer, and a pointer to it, leads to; other values as they are.
    private static Meaning.Value followed(Meaning.Value value, int at) throws Mistake {
        Meaning.Value whole = value;
        for (int hops = 0; hops < MAX_DEPTH && isPointer(whole.type()); hops++) {
            whole = behind(whole, at);
        }
        return whole;
    }

    private static boolean isPointer(Type type) {
        return TypeReader.bare(type) instanceof Type.Pointer pointer
                && switch (pointer.kind()) {
                    case POINTER, REFERENCE, RVALUE_REFERENCE -> true;
                    case MAP, CHANNEL, FUNCTION -> false;
                };
    }

    /// What a pointer leads to.
    static Meaning.Value behind(Meaning.Value of, int at) throws Mistake {
        if (of.place() instanceof Place.Nowhere) {
            return of;
        }
        if (!(TypeReader.bare(of.type()) instanceof Type.Pointer pointer) || !isPointer(of.type())) {
            throw new Mistake(at, "a value of type " + named(of.type()) + " is no pointer");
        }
        Type target = TypeReader.read(pointer.target());
        return Shapes.word(of.type(), of.place(), 0, 8)
                .map(address -> new Meaning.Value(target, new Place.Memory(address)))
                .orElse(new Meaning.Value(target, new Place.Nowhere("optimised out")));
    }

    /// An element of an array, a slice or a vector, or of what a pointer leads to.
    Meaning.Value element(Meaning.Value of, Word index, int at) throws Mistake {
        if (of.place() instanceof Place.Nowhere) {
            return of;
        }
        Optional<Known.Row> row = shapes.row(of.type(), of.place());
        if (row.isPresent()) {
            Type element = row.get().element();
            Word end = index.plus(1).calculate(Operator.MULTIPLY, Word.of(element.size()));
            Word inside = new Word.Both(
                    Word.of(0).calculate(Operator.LESS_OR_EQUAL_SIGNED, index),
                    end.calculate(Operator.LESS_OR_EQUAL_UNSIGNED, row.get().bytes()));
            return item(row.get().address(), element, index, inside, at);
        }
        return switch (TypeReader.bare(of.type())) {
            case Type.Array array -> arrayElement(array, of.place(), index, at);
            case Type.Pointer pointer when isPointer(pointer) -> {
                Meaning.Value target = behind(of, at);
                if (TypeReader.bare(target.type()) instanceof Type.Array array) {
                    yield arrayElement(array, target.place(), index, at);
                }
                yield target.place() instanceof Place.Memory(var address)
                        ? item(address, target.type(), index, Word.of(1), at)
                        : target;
            }
            default -> throw new Mistake(at, "a value of type " + named(of.type()) + " has no elements");
        };
    }

    private static Meaning.Value arrayElement(Type.Array array, Place place, Word index, int at) throws Mistake {
        Type element = TypeReader.read(array.element());
        if (array.count() >= 0 && index instanceof Word.Constant(long known) && (known < 0 || known >= array.count())) {
            throw new Mistake(at, "the array has " + array.count() + " elements, from 0");
        }
        if (index instanceof Word.Constant(long known) && element.size() > 0) {
            return new Meaning.Value(element, part(place, known * element.size()));
        }
        if (!(place instanceof Place.Memory(var address))) {
            throw new Mistake(at, "an array in registers takes a number as index");
        }
        Word inside = array.count() < 0
                ? Word.of(1)
                : index.calculate(Operator.LESS_UNSIGNED, Word.of(array.count()));
        return item(address, element, index, inside, at);
    }

    /// @param inside is there such an element? Else the value cannot be read
    private static Meaning.Value item(Word base, Type element, Word index, Word inside, int at) throws Mistake {
        if (element.size() < 1) {
            throw new Mistake(at, "how large an element of type " + named(element) + " is, the binary does not say");
        }
        Word offset = index instanceof Word.Constant(long known)
                ? Word.of(known * element.size())
                : index.calculate(Operator.MULTIPLY, Word.of(element.size()));
        Word address = offset instanceof Word.Constant(long known) ? base.plus(known) : base.calculate(Operator.ADD, offset);
        Word checked = inside instanceof Word.Constant ? address : new Word.Choice(inside, address, FAILURE);
        return new Meaning.Value(element, new Place.Memory(checked));
    }
}
