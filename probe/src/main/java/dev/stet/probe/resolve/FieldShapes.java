package dev.stet.probe.resolve;

import dev.stet.binary.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Shapes of what has members.
final class FieldShapes {
    /// Members of one structure.
    private static final int MAX_FIELDS = 64;

    /// Members to look at, of all structures: most of a library's are empty.
    private static final int MAX_SEEN = 4096;

    /// Base classes and anonymous structures in each other.
    private static final int MAX_DEPTH = 8;

    /// Shapes of an enumeration of Rust.
    private static final int MAX_VARIANTS = 256;

    /// Where a member can be, in bytes: offsets of members in members are added up.
    private static final long MAX_OFFSET = 1L << 40;

    private final Shaper shaper;
    private int seen;

    FieldShapes(Shaper shaper) {
        this.shaper = shaper;
    }

    /// @param depth of its members
    Shape.Fields fields(String name, Type.Composite type, Source source, int depth) {
        List<Shape.Field> fields = new ArrayList<>();
        collect(type, source, depth, MAX_DEPTH, fields);
        return new Shape.Fields(name, fields);
    }

    private void collect(Type.Composite type, Source source, int depth, int levels, List<Shape.Field> fields) {
        for (Type.Field field : type.fields()) {
            if (fields.size() == MAX_FIELDS || ++seen == MAX_SEEN) {
                fields.add(new Shape.Field("", new Shape.Withheld("one capture takes no more fields")));
                return;
            } else if (fields.size() > MAX_FIELDS || seen > MAX_SEEN) {
                return;
            }
            Type bare = TypeReader.bare(field.type());
            if (isNothing(field, bare)) {
                continue;
            }
            if (field.name().isEmpty() && isPlaced(field) && bare instanceof Type.Composite part && levels > 0) {
                collect(part, source.from(field.offset()), depth, levels - 1, fields);
            } else {
                fields.add(new Shape.Field(name(field, bare), shape(field, source, depth)));
            }
        }
    }

    /// Has it a fixed place?
    static boolean isPlaced(Type.Field field) {
        return field.offset() >= 0 && field.offset() <= MAX_OFFSET;
    }

    /// Padding, a pointer to virtual functions, an empty base, a marker.
    private static boolean isNothing(Type.Field field, Type bare) {
        boolean empty = bare instanceof Type.Composite composite
                && composite.fields().isEmpty()
                && (composite.size() == 0 || field.inherited());
        return empty
                || (field.bits() > 0 && field.name().isEmpty())
                || field.name().startsWith("_vptr");
    }

    private static String name(Type.Field field, Type bare) {
        String name = field.name();
        if (name.isEmpty()) {
            return bare.name();
        }
        return name.startsWith("__") && name.length() > 2 && Character.isDigit(name.charAt(2))
                ? name.substring(2)
                : name;
    }

    private Shape shape(Type.Field field, Source source, int depth) {
        if (!isPlaced(field)) {
            return new Shape.Missing(field.offset() < 0 ? "in a virtual base" : "too far away");
        }
        return field.bits() > 0
                ? NumberShapes.bitField(field, source)
                : shaper.shape(TypeReader.read(field.type()), source.from(field.offset()), depth);
    }

    Shape variants(Type.Variants type, Source source, int depth) {
        Optional<Shape.Number> tag = Optional.empty();
        if (type.tag().isPresent()) {
            Type.Field field = type.tag().get();
            if (!isPlaced(field)) {
                return new Shape.Missing("its tag is nowhere");
            }
            long size = TypeReader.read(field.type()).size();
            // The niche of a number of 16 bytes is in its low half.
            Shape number = NumberShapes.number(source.from(field.offset()), size == 16 ? 8 : size, Shape.Kind.UNSIGNED);
            if (!(number instanceof Shape.Number found)) {
                return number;
            }
            tag = Optional.of(found);
        }
        List<Shape.Variant> variants = new ArrayList<>();
        for (Type.Variant each : type.variants()) {
            if (variants.size() == MAX_VARIANTS) {
                return new Shape.Withheld("more than " + MAX_VARIANTS + " variants");
            }
            variants.add(new Shape.Variant(each.name(), each.tag(), content(each.content(), source, depth)));
        }
        return new Shape.Variants(tag, variants);
    }

    private Shape content(Type.Field field, Source source, int depth) {
        if (!isPlaced(field) || !(TypeReader.bare(field.type()) instanceof Type.Composite content)) {
            return new Shape.Fields("", List.of());
        }
        Source inner = source.from(field.offset());
        boolean single =
                content.kind() == Type.Composite.Kind.TUPLE && content.fields().size() == 1;
        if (single) {
            return shape(content.fields().getFirst(), inner, depth);
        }
        return content.fields().isEmpty() || depth > 0 ? fields("", content, inner, depth - 1) : Shaper.tooDeep();
    }
}
