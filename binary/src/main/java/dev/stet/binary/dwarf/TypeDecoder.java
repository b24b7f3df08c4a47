package dev.stet.binary.dwarf;

import dev.stet.binary.BinaryException;
import dev.stet.binary.Type;
import dev.stet.binary.TypeRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Turns one entry into a type. What it refers to stays a reference.
final class TypeDecoder {
    /// Of an enumeration, parameters of a function type.
    private static final int MAX_CHILDREN = 1 << 16;

    /// `part` of a reference to the code of a Go function value.
    static final int CODE = 1 << 16;

    private static final int GO_CHAN = 18;
    private static final int GO_MAP = 21;

    private final Dwarf dwarf;
    private final Types types;
    private final TypeSearch search;

    TypeDecoder(Dwarf dwarf, Types types, TypeSearch search) {
        this.dwarf = dwarf;
        this.types = types;
        this.search = search;
    }

    /// @param part dimensions of an array to leave out, or [#CODE]
    Type decode(Die die, int part) throws BinaryException {
        if (die.has(At.SIGNATURE)) {
            Optional<Die> other = die.reference(At.SIGNATURE);
            return other.isPresent()
                    ? defined(other.get(), part)
                    : new Type.Opaque(die.name(), -1, "described in another file, which is not there");
        }
        if (die.flag(At.DECLARATION)) {
            Optional<Die> definition = search.definition(die);
            return definition.isPresent()
                    ? defined(definition.get(), part)
                    : new Type.Opaque(die.name(), types.size(die), "only declared in this program");
        }
        return defined(die, part);
    }

    private Type defined(Die die, int part) throws BinaryException {
        String name = die.name();
        long size = types.size(die);
        return switch (die.tag()) {
            case Tag.BASE_TYPE -> new Type.Base(name, size, encoding(die));
            case Tag.POINTER_TYPE -> pointer(die, Type.Pointer.Kind.POINTER);
            case Tag.REFERENCE_TYPE -> pointer(die, Type.Pointer.Kind.REFERENCE);
            case Tag.RVALUE_REFERENCE_TYPE -> pointer(die, Type.Pointer.Kind.RVALUE_REFERENCE);
            case Tag.STRUCTURE_TYPE, Tag.CLASS_TYPE, Tag.UNION_TYPE, Tag.INTERFACE_TYPE ->
                new CompositeReader(dwarf, types).read(die, name, size);
            case Tag.ENUMERATION_TYPE -> enumeration(die, name, size);
            case Tag.ARRAY_TYPE -> array(die, name, part);
            case Tag.SUBROUTINE_TYPE -> callable(die, name, part);
            case Tag.TYPEDEF, Tag.TEMPLATE_ALIAS -> typedef(die, name, size);
            case Tag.PTR_TO_MEMBER_TYPE -> new Type.Opaque(name, size, "a pointer to a member");
            case Tag.UNSPECIFIED_TYPE -> new Type.Opaque(name, size, "has no more than a name");
            case Tag.SUBRANGE_TYPE -> new Type.Alias(name, size, "", TypeRefs.of(dwarf, die));
            default -> {
                String qualifier = Types.qualifier(die.tag());
                yield qualifier.isEmpty()
                        ? new Type.Opaque(name, size, "of a kind that is not known: DW_TAG 0x%x".formatted(die.tag()))
                        : new Type.Alias(name, size, qualifier, TypeRefs.of(dwarf, die));
            }
        };
    }

    private static Type.Encoding encoding(Die die) {
        return switch ((int) die.number(At.ENCODING).orElse(0)) {
            case 0x02 -> Type.Encoding.BOOLEAN;
            case 0x03 -> Type.Encoding.COMPLEX;
            case 0x04, 0x0f -> Type.Encoding.FLOAT;
            case 0x05 -> Type.Encoding.SIGNED;
            case 0x06, 0x08 -> Type.Encoding.CHARACTER;
            case 0x07 -> Type.Encoding.UNSIGNED;
            case 0x10, 0x11, 0x12 -> Type.Encoding.UTF;
            default -> Type.Encoding.OTHER;
        };
    }

    private Type pointer(Die die, Type.Pointer.Kind kind) throws BinaryException {
        return new Type.Pointer(die.name(), types.size(die), kind, TypeRefs.of(dwarf, die));
    }

    private Type enumeration(Die die, String name, long size) throws BinaryException {
        List<Type.Constant> constants = new ArrayList<>();
        Optional<Die> type = die.reference(At.TYPE);
        boolean signed = type.isPresent() && encoding(type.get()) == Type.Encoding.SIGNED;
        DieWalk walk = die.children();
        while (walk.nextSibling() && constants.size() < MAX_CHILDREN) {
            if (walk.tag() != Tag.ENUMERATOR) {
                continue;
            }
            Die each = walk.die();
            boolean asSigned = signed || each.form(At.CONST_VALUE) == Form.SDATA;
            var value = asSigned ? each.signed(At.CONST_VALUE) : each.number(At.CONST_VALUE);
            signed |= type.isEmpty() && value.orElse(0) < 0;
            constants.add(new Type.Constant(each.name(), value.orElse(0)));
        }
        return new Type.Enumeration(name, size, signed, constants);
    }

    private Type array(Die die, String name, int part) throws BinaryException {
        long[] counts = types.dimensions(die);
        int dimension = Math.clamp(part, 0, counts.length - 1);
        TypeRef element = TypeRefs.of(dwarf, die);
        Optional<Die> type = die.reference(At.TYPE);
        long size = type.isPresent() ? types.size(type.get()) : -1;
        for (int i = counts.length - 1; i >= dimension; i--) {
            boolean fits = size >= 0 && counts[i] >= 0 && Math.multiplyHigh(size, counts[i]) == 0;
            size = fits ? size * counts[i] : -1;
        }
        if (dimension < counts.length - 1) {
            element = TypeRefs.to(dwarf, die, dimension + 1);
        }
        if (dimension == 0) {
            size = die.number(At.BYTE_SIZE).orElse(size);
        }
        return new Type.Array(dimension == 0 ? name : "", size, element, counts[dimension]);
    }

    /// In Go, a function type is that of a value: a pointer to a word that points to the code.
    private Type callable(Die die, String name, int part) throws BinaryException {
        if (part != CODE && die.has(At.GO_KIND)) {
            TypeRef code = TypeRefs.to(dwarf, die, CODE);
            return new Type.Pointer(name, 8, Type.Pointer.Kind.FUNCTION, code);
        }
        List<TypeRef> parameters = new ArrayList<>();
        List<TypeRef> results = new ArrayList<>();
        DieWalk walk = die.children();
        while (walk.nextSibling() && parameters.size() < MAX_CHILDREN) {
            if (walk.tag() == Tag.FORMAL_PARAMETER) {
                Die each = walk.die();
                (each.flag(At.VARIABLE_PARAMETER) ? results : parameters).add(TypeRefs.of(dwarf, each));
            }
        }
        if (die.has(At.TYPE)) {
            results.add(TypeRefs.of(dwarf, die));
        }
        return new Type.Callable(name, parameters, results);
    }

    /// Go writes maps and channels as other names of pointers to what the run time keeps for them, interfaces
    /// of structs.
    private Type typedef(Die die, String name, long size) throws BinaryException {
        int kind = (int) die.number(At.GO_KIND).orElse(0);
        if (kind == GO_MAP || kind == GO_CHAN) {
            Optional<Die> behind = die.reference(At.TYPE);
            if (behind.isPresent() && behind.get().tag() == Tag.POINTER_TYPE) {
                Type.Pointer.Kind what = kind == GO_MAP ? Type.Pointer.Kind.MAP : Type.Pointer.Kind.CHANNEL;
                return new Type.Pointer(name, 8, what, TypeRefs.of(dwarf, behind.get()));
            }
        }
        if (kind == CompositeReader.GO_INTERFACE) {
            Optional<Die> behind = types.bare(die);
            if (behind.isPresent() && Tag.isComposite(behind.get().tag())) {
                return new CompositeReader(dwarf, types).interfaceType(behind.get(), name);
            }
        }
        return new Type.Alias(name, size, "", TypeRefs.of(dwarf, die));
    }
}
