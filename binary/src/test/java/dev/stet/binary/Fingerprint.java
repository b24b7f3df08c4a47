package dev.stet.binary;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/// Goes through all of an answer, types of members included, so that two answers can be compared, and so that
/// what is only read on demand is read.
final class Fingerprint {
    /// Records, lists and texts that are gone into: types refer to each other without end.
    private static final int MAX_PARTS = 2000;

    private static final int MAX_DEPTH = 24;
    private static final int MAX_SHOWN = 160;

    private final StringBuilder shown = new StringBuilder();
    private final Set<TypeRef> seen = new HashSet<>();
    private long value;
    private int parts;
    private int depth;

    long value() {
        return value;
    }

    /// The beginning of it, for people.
    String text() {
        return shown.toString().replaceAll("\\p{Cntrl}", "?");
    }

    void add(Object part) {
        if (parts++ > MAX_PARTS || depth > MAX_DEPTH) {
            return;
        }
        depth++;
        switch (part) {
            case null -> throw new AssertionError("null is no answer");
            case Optional<?> optional when optional.isPresent() -> add(optional.get());
            case Optional<?> _ -> text("(empty)");
            case OptionalLong _, OptionalInt _ -> text(part.toString());
            case Iterable<?> list -> {
                text("[");
                for (Object each : list) {
                    add(each);
                }
                text("]");
            }
            case Map<?, ?> map -> add(map.toString());
            case TypeRef type -> add(type);
            case byte[] bytes -> text(Arrays.toString(bytes));
            case Record whole -> add(whole);
            case CharSequence _, Number _, Boolean _, Enum<?> _ -> text(part.toString());
            default -> text(part.getClass().getSimpleName());
        }
        depth--;
    }

    /// A type that cannot be read is part of the answer: only those who ask for it are refused.
    private void add(TypeRef type) {
        if (!seen.add(type)) {
            return;
        }
        try {
            add((Object) type.type());
        } catch (BinaryException refusal) {
            text(refusal.getMessage());
        }
    }

    private void add(Record whole) {
        text(whole.getClass().getSimpleName() + "(");
        for (RecordComponent component : whole.getClass().getRecordComponents()) {
            Object each;
            try {
                each = component.getAccessor().invoke(whole);
            } catch (ReflectiveOperationException notPublic) {
                each = whole.toString();
            }
            add(each);
        }
        text(")");
    }

    private void text(String text) {
        value = value * 31 + text.hashCode();
        if (shown.length() < MAX_SHOWN) {
            shown.append(text, 0, Math.min(text.length(), MAX_SHOWN - shown.length()))
                    .append(' ');
        }
    }
}
