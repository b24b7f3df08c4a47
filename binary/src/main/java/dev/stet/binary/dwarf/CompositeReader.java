package dev.stet.binary.dwarf;

import dev.stet.binary.BinaryException;
import dev.stet.binary.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Reads structs, classes, unions and Rust's enums.
final class CompositeReader {
    /// Generated code has structs of some thousand members.
    private static final int MAX_MEMBERS = 1 << 16;

    static final int GO_INTERFACE = 20;
    private static final int GO_SLICE = 23;
    private static final int GO_STRING = 24;
    private static final int DW_LANG_RUST = 0x1c;

    private final Dwarf dwarf;
    private final Types types;
    private final List<Type.Field> fields = new ArrayList<>();
    private Optional<Type.Variants> variants = Optional.empty();

    CompositeReader(Dwarf dwarf, Types types) {
        this.dwarf = dwarf;
        this.types = types;
    }

    Type read(Die die, String name, long size) throws BinaryException {
        members(die, name, size);
        if (variants.isPresent()) {
            return variants.get();
        }
        return new Type.Composite(name, size, kind(die, name), fields);
    }

    /// @param die the struct of the run time that all interfaces are
    Type interfaceType(Die die, String name) throws BinaryException {
        members(die, name, 16);
        return new Type.Composite(name, types.size(die), Type.Composite.Kind.INTERFACE, fields);
    }

    private void members(Die die, String name, long size) throws BinaryException {
        DieWalk walk = die.children();
        while (walk.nextSibling() && fields.size() < MAX_MEMBERS) {
            switch (walk.tag()) {
                case Tag.MEMBER, Tag.INHERITANCE -> {
                    if (Members.isInstance(walk.die())) {
                        fields.add(field(walk.die()));
                    }
                }
                case Tag.VARIANT_PART -> variants = Optional.of(variants(walk.die(), name, size));
                default -> {}
            }
        }
    }

    private Type.Field field(Die member) throws BinaryException {
        Members.Place place = Members.place(types, member);
        boolean inherited = member.tag() == Tag.INHERITANCE || member.flag(At.GO_EMBEDDED_FIELD);
        return new Type.Field(
                member.name(), TypeRefs.of(dwarf, member), place.offset(), place.bitOffset(), place.bits(), inherited);
    }

    private Type.Variants variants(Die part, String name, long size) throws BinaryException {
        Optional<Die> discriminant = part.reference(At.DISCR);
        Optional<Type.Field> tag = discriminant.isPresent() ? Optional.of(field(discriminant.get())) : Optional.empty();
        List<Type.Variant> found = new ArrayList<>();
        DieWalk walk = part.children();
        while (walk.nextSibling() && found.size() < MAX_MEMBERS) {
            if (walk.tag() != Tag.VARIANT) {
                continue;
            }
            Die variant = walk.die();
            OptionalLong value = variant.number(At.DISCR_VALUE);
            DieWalk inside = variant.children();
            while (inside.nextSibling()) {
                if (inside.tag() == Tag.MEMBER) {
                    Type.Field content = field(inside.die());
                    found.add(new Type.Variant(content.name(), value, content));
                    break;
                }
            }
        }
        return new Type.Variants(name, size, tag, found);
    }

    private Type.Composite.Kind kind(Die die, String name) throws BinaryException {
        switch ((int) die.number(At.GO_KIND).orElse(0)) {
            case GO_STRING -> {
                return Type.Composite.Kind.STRING;
            }
            case GO_SLICE -> {
                return Type.Composite.Kind.SLICE;
            }
            case GO_INTERFACE -> {
                return Type.Composite.Kind.INTERFACE;
            }
            default -> {}
        }
        if (die.unit.language() == DW_LANG_RUST && die.tag() == Tag.STRUCTURE_TYPE) {
            return rust(name);
        }
        return switch (die.tag()) {
            case Tag.CLASS_TYPE -> Type.Composite.Kind.CLASS;
            case Tag.UNION_TYPE -> Type.Composite.Kind.UNION;
            case Tag.INTERFACE_TYPE -> Type.Composite.Kind.INTERFACE;
            default -> Type.Composite.Kind.STRUCT;
        };
    }

    private Type.Composite.Kind rust(String name) {
        boolean fat = fields.size() == 2
                && fields.get(0).name().equals("data_ptr")
                && fields.get(1).name().equals("length");
        if (fat) {
            return name.endsWith("str") ? Type.Composite.Kind.STRING : Type.Composite.Kind.SLICE;
        }
        boolean unnamed = name.startsWith("(")
                || (!fields.isEmpty() && fields.getFirst().name().equals("__0"));
        return unnamed ? Type.Composite.Kind.TUPLE : Type.Composite.Kind.STRUCT;
    }
}
