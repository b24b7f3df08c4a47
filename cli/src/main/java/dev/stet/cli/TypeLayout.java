package dev.stet.cli;

import dev.stet.agent.json.Json;
import dev.stet.agent.json.SafeText;
import dev.stet.binary.BinaryException;
import dev.stet.binary.Executable;
import dev.stet.binary.Type;
import dev.stet.binary.TypeRef;
import java.util.ArrayList;
import java.util.List;

/// `stet inspect --type`: where in memory the members of a type are.
final class TypeLayout {
    /// Members without a name of their own are shown where they are; nested deeper than this they are
    /// not.
    private static final int MAX_DEPTH = 8;

    private final Executable binary;
    private final Output output;
    private final boolean json;

    TypeLayout(Executable binary, Output output, boolean json) {
        this.binary = binary;
        this.output = output;
        this.json = json;
    }

    /// One member.
    private record Row(long offset, long size, String bits, String name, String type) {}

    /// @return the exit code
    int print(String name) throws BinaryException {
        TypeRef ref = binary.type(name).orElse(null);
        if (ref == null) {
            output.say("no type %s: %s".formatted(SafeText.plain(name), InspectText.debugInfo(binary.debugInfo())));
            return ExitCode.NOTHING;
        }
        Type type = resolved(ref);
        List<Row> rows = new ArrayList<>();
        collect(type, 0, "", 0, rows);
        if (json) {
            StringBuilder out = new StringBuilder();
            Json.object(out)
                    .text("name", name)
                    .text("kind", kind(type))
                    .number("size", type.size())
                    .objects(
                            "members",
                            rows,
                            (each, row) -> each.text("name", row.name())
                                    .number("offset", row.offset())
                                    .number("size", row.size())
                                    .text("bits", row.bits())
                                    .text("type", row.type()))
                    .end();
            output.lineNow(out);
            return ExitCode.DONE;
        }
        output.line(output.bold(SafeText.plain(name)) + "  " + kind(type) + ", " + bytes(type.size()));
        List<List<String>> cells = new ArrayList<>();
        rows.forEach(row -> cells.add(List.of(
                row.offset() < 0 ? "" : Long.toString(row.offset()),
                row.size() < 0 ? "" : Long.toString(row.size()),
                row.name() + row.bits(),
                row.type())));
        Table.print(output, "  ", cells);
        output.flush();
        return ExitCode.DONE;
    }

    /// What a name stands for in the end.
    private static Type resolved(TypeRef ref) throws BinaryException {
        Type type = ref.type();
        for (int depth = 0; type instanceof Type.Alias alias && depth < MAX_DEPTH; depth++) {
            type = alias.target().type();
        }
        return type;
    }

    private static void collect(Type type, long base, String prefix, int depth, List<Row> rows) throws BinaryException {
        switch (type) {
            case Type.Composite composite -> {
                for (Type.Field field : composite.fields()) {
                    collect(field, base, prefix, depth, rows);
                }
            }
            case Type.Variants variants -> {
                if (variants.tag().isPresent()) {
                    collect(variants.tag().get(), base, prefix, depth, rows);
                }
                for (Type.Variant variant : variants.variants()) {
                    String tag =
                            variant.tag().isPresent() ? " = " + variant.tag().getAsLong() : "";
                    rows.add(new Row(-1, -1, "", prefix + variant.name() + tag, ""));
                    collect(
                            resolved(variant.content().type()),
                            base + variant.content().offset(),
                            prefix + "  ",
                            depth + 1,
                            rows);
                }
            }
            case Type.Enumeration enumeration ->
                enumeration.constants().forEach(it -> rows.add(new Row(-1, -1, "", it.name(), "= " + it.value())));
            default -> rows.add(new Row(base, type.size(), "", prefix, TypeText.of(() -> type)));
        }
    }

    private static void collect(Type.Field field, long base, String prefix, int depth, List<Row> rows)
            throws BinaryException {
        Type type = field.type().type();
        long at = base + field.offset();
        String bits = field.bits() == 0 ? "" : ":" + field.bits() + " (bit " + field.bitOffset() + ")";
        boolean nameless = field.name().isEmpty();
        String name = nameless ? (field.inherited() ? "<base>" : "") : field.name();
        rows.add(new Row(at, type.size(), bits, prefix + name, TypeText.of(field.type())));
        if (nameless && depth < MAX_DEPTH && (type instanceof Type.Composite)) {
            collect(type, at, prefix + "  ", depth + 1, rows);
        }
    }

    private static String kind(Type type) {
        return switch (type) {
            case Type.Composite composite -> Json.lower(composite.kind());
            case Type.Variants _ -> "variants";
            case Type.Enumeration _ -> "enum";
            case Type.Pointer _ -> "pointer";
            case Type.Array _ -> "array";
            case Type.Base _ -> "number";
            case Type.Callable _ -> "function";
            case Type.Alias _ -> "name";
            case Type.Nothing _ -> "void";
            case Type.Opaque opaque -> "not known: " + SafeText.plain(opaque.why());
        };
    }

    private static String bytes(long size) {
        return size < 0 ? "size not known" : "%,d bytes".formatted(size);
    }
}
