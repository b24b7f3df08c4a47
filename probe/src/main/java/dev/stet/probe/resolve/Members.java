package dev.stet.probe.resolve;

import dev.stet.binary.Type;
import dev.stet.probe.Alike;
import dev.stet.probe.ExpressionException;
import dev.stet.probe.compile.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Finds members of values by name, through pointers, in base classes, in what Go embeds, and in structures
/// without a name.
final class Members {
    /// Structures in each other to look into.
    private static final int MAX_DEPTH = 8;

    /// Members to look at, of all of them.
    private static final int MAX_SEEN = 4096;

    /// Pointers to pointers.
    private static final int MAX_POINTERS = 3;

    private final String name;
    private final Spot spot;
    private int seen;

    private Members(String name, Spot spot) {
        this.name = name;
        this.spot = spot;
    }

    static Meaning of(Meaning.Typed whole, String name, Spot spot) throws ExpressionException, NowhereException {
        Meaning.Typed value = throughPointers(whole);
        Optional<Meaning> found = new Members(name, spot).find(value, MAX_DEPTH);
        if (found.isPresent()) {
            return found.get();
        }
        throw spot.error(missing(value, name));
    }

    private static Meaning.Typed throughPointers(Meaning.Typed whole) throws NowhereException {
        Meaning.Typed at = whole;
        for (int i = 0; i < MAX_POINTERS && TypeReader.bare(at.type()) instanceof Type.Pointer pointer; i++) {
            switch (pointer.kind()) {
                case POINTER, REFERENCE, RVALUE_REFERENCE -> at = behind(pointer, at.place());
                case MAP, CHANNEL, FUNCTION -> {
                    return at;
                }
            }
        }
        return at;
    }

    /// What a pointer points to. What a pointer that is nowhere points to is nowhere.
    static Meaning.Typed behind(Type.Pointer pointer, Place place) throws NowhereException {
        Type target = TypeReader.read(pointer.target());
        return new Meaning.Typed(
                target, place instanceof Place.Nowhere ? place : new Place.Memory(Places.word(place, 8, false)));
    }

    private Optional<Meaning> find(Meaning.Typed whole, int depth) throws ExpressionException, NowhereException {
        return switch (TypeReader.bare(whole.type())) {
            case Type.Composite composite -> find(composite, whole.place(), depth);
            case Type.Variants variants -> variant(variants, whole.place());
            case Type.Alias _,
                    Type.Array _,
                    Type.Base _,
                    Type.Callable _,
                    Type.Enumeration _,
                    Type.Nothing _,
                    Type.Opaque _,
                    Type.Pointer _ -> Optional.empty();
        };
    }

    private Optional<Meaning> find(Type.Composite type, Place place, int depth)
            throws ExpressionException, NowhereException {
        for (Type.Field field : type.fields()) {
            if (++seen > MAX_SEEN) {
                throw spot.error("too many members to look for '" + name + "' among");
            }
            if (isNamed(field)) {
                return Optional.of(member(field, place));
            }
        }
        for (Type.Field field : type.fields()) {
            boolean open = field.inherited() || (field.name().isEmpty() && field.bits() == 0);
            if (open && depth > 0 && field.offset() >= 0) {
                Meaning.Typed part = throughPointers(at(field, place));
                Optional<Meaning> found = find(part, depth - 1);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return smartPointer(type, place, depth);
    }

    /// `t.0` is `__0` to Rust's compiler.
    private boolean isNamed(Type.Field field) {
        return field.name().equals(name)
                || (Character.isDigit(name.charAt(0)) && field.name().equals("__" + name));
    }

    private static Meaning.Typed at(Type.Field field, Place place) {
        return new Meaning.Typed(TypeReader.read(field.type()), Places.from(place, field.offset()));
    }

    private Meaning member(Type.Field field, Place place) throws ExpressionException, NowhereException {
        if (field.offset() < 0) {
            return new Meaning.Typed(TypeReader.read(field.type()), new Place.Nowhere("in a virtual base"));
        }
        return field.bits() > 0 ? BitFields.member(field, place) : at(field, place);
    }

    /// `std::unique_ptr`, `Rc`: what they point to has the member, too.
    private Optional<Meaning> smartPointer(Type.Composite type, Place place, int depth)
            throws ExpressionException, NowhereException {
        Optional<Inside.Member> pointer = isSmartPointer(type) ? Inside.pointer(type) : Optional.empty();
        if (pointer.isEmpty() || depth == 0 || !(pointer.get().type() instanceof Type.Pointer to)) {
            return Optional.empty();
        }
        return find(behind(to, Places.from(place, pointer.get().offset())), depth - 1);
    }

    private static boolean isSmartPointer(Type.Composite type) {
        Source any = MemorySource.of(new Takes(), Word.of(0), type.size());
        return Library.recognise(type, any, _ -> Optional.empty())
                .filter(Known.Address.class::isInstance)
                .isPresent();
    }

    /// The content of one shape of several; a failure while the value has another.
    private Optional<Meaning> variant(Type.Variants type, Place place) throws NowhereException {
        for (Type.Variant variant : type.variants()) {
            if (variant.name().equals(name) && variant.content().offset() >= 0) {
                Word holds = Variants.holds(type, variant, place);
                return Optional.of(at(variant.content(), Places.onlyIf(holds, place)));
            }
        }
        return Optional.empty();
    }

    private static String missing(Meaning.Typed value, String name) {
        Type bare = TypeReader.bare(value.type());
        List<String> names = new ArrayList<>();
        if (bare instanceof Type.Composite composite) {
            collect(composite, names, MAX_DEPTH);
        } else if (bare instanceof Type.Variants variants) {
            variants.variants().forEach(it -> names.add(it.name()));
        } else if (bare instanceof Type.Opaque(var ignored, var size, var why)) {
            return "no field '" + name + "': nothing is known of type " + TypeText.of(value.type()) + ": " + why;
        }
        String type = TypeText.of(value.type());
        return "no field '" + name + "' in " + type + " ("
                + (names.isEmpty() ? "it has none" : "there are: " + Alike.list(names)) + ")"
                + Alike.suggestion(name, names);
    }

    private static void collect(Type.Composite type, List<String> names, int depth) {
        for (Type.Field field : type.fields()) {
            if (names.size() == MAX_SEEN) {
                return;
            }
            if (!field.name().isEmpty()) {
                names.add(isTupleNumber(field) ? field.name().substring(2) : field.name());
            } else if (depth > 0 && TypeReader.bare(field.type()) instanceof Type.Composite part) {
                collect(part, names, depth - 1);
            }
        }
    }

    private static boolean isTupleNumber(Type.Field field) {
        return field.name().startsWith("__")
                && field.name().length() > 2
                && Character.isDigit(field.name().charAt(2));
    }
}
